import type { Arbiter } from '../../../../supervisor/dist/core/arbiter-state.js'
import type { Watcher } from '../../../../supervisor/dist/core/watcher-state.js'
import type { Invariant } from '../invariant.ts'
import { outcomesOf, type Change } from '../step.ts'

/** The beginning of one watcher's part of a command on several. */
interface Part {
  readonly name: string
  readonly bulk: string
  readonly kind: string
}

export const dependenciesComeFirst: Invariant = {
  sentence:
    'a watcher is started when what it depends on is up, or ready if it asks for that; but nobody waits in a circle',
  watch:
    () =>
    ({ changes, before: arbiterBefore, after }) => {
      for (const change of changes) {
        const { name, before, after: watcher } = change
        if (watcher?.want !== 'up' || before?.want === 'up') continue
        const running = watcher.running?.job
        if (running?.kind !== 'start' || !running.id.includes('/')) continue
        // Its turn had come before, but it had to wait for the end of something else.
        if (before?.queue.some(({ id }) => id === running.id)) continue
        // Whoever is in a circle must begin some time, whatever else it depends on.
        if (isCircular(after, name)) continue
        const { dependsOn } = watcher.policy
        for (const { watcher: other, until } of dependsOn) {
          const dependency = find(after, other)
          if (dependency === undefined) continue
          // Another command may stop it again in the same step.
          const old = find(arbiterBefore, other)
          const wasMet = old !== undefined && isMet(old, until)
          if (!wasMet && !isMet(dependency, until))
            return `${name} starts before ${other} is ${until}`
        }
      }
      return null
    },
}

export const dependentsStopFirst: Invariant = {
  sentence:
    'a command that stops several watchers stops whoever depends on another one first, unless somebody hurries',
  watch: (world) => {
    const seen = new Set<string>()
    return ({ changes, after }) => {
      if (world.hurries.length > 0) return null
      for (const { name, bulk, kind } of changes.flatMap((change) => partsBegun(change, seen))) {
        const now = after.bulks.find(({ command }) => command.job === bulk)
        if (kind !== 'stop' || now === undefined) continue
        for (const { policy, is } of after.watchers) {
          const depends = policy.dependsOn.some(({ watcher }) => watcher === name)
          if (!depends || isCircular(after, name) || isCircular(after, policy.name)) continue
          const isLeft = now.waiting.includes(policy.name) || now.open.includes(policy.name)
          if (isLeft && is !== 'stopped') return `${name} stops before ${policy.name}`
        }
      }
      return null
    }
  },
}

export const prioritiesAreKept: Invariant = {
  sentence: 'without dependencies, starts and reloads go down the priorities and stops go up',
  watch: (world) => {
    const seen = new Set<string>()
    return ({ changes, after }) => {
      if (after.watchers.some(({ policy }) => policy.dependsOn.length > 0)) return null
      if (world.hurries.length > 0) return null
      for (const { name, bulk, kind } of changes.flatMap((change) => partsBegun(change, seen))) {
        const now = after.bulks.find(({ command }) => command.job === bulk)
        const watcher = find(after, name)
        if (now === undefined || watcher === undefined) continue
        const { priority } = watcher.policy
        const passed = now.waiting.find((one) => {
          const other = find(after, one)?.policy.priority ?? priority
          return kind === 'stop' ? other < priority : other > priority
        })
        if (passed !== undefined) return `${kind} of ${name} comes before that of ${passed}`
      }
      return null
    }
  },
}

export const stopsGoUp: Invariant = {
  sentence:
    'without dependencies, a stop of several watchers tells those of the lowest priority first',
  watch:
    () =>
    ({ event, before, after, effects }) => {
      const isStop = event.type === 'bulk' && event.command.kind === 'stop'
      const isQuit = event.type === 'quit' && before.is === 'running'
      if ((!isStop && !isQuit) || before.bulks.length > 0) return null
      if (after.watchers.some(({ policy }) => policy.dependsOn.length > 0)) return null
      let last = -Infinity
      for (const effect of effects) {
        if (effect.type !== 'signal' && effect.type !== 'stopCommand') continue
        const priority = find(after, effect.process.watcher)?.policy.priority ?? last
        if (priority < last) return `${effect.process.watcher} is stopped after others`
        last = priority
      }
      return null
    },
}

export const restartsReachEverybody: Invariant = {
  sentence: 'a restart of several watchers that ends well has started each of them again',
  watch: ({ openJobs }) => {
    const seen = new Set<string>()
    const started = new Set<string>()
    /** They may not have been there when the command was given, or were stopped after it. */
    const excused = new Set<string>()
    return (step) => {
      if (step.event.type === 'addWatcher' && step.event.request !== null) {
        excused.add(step.event.policy.name)
      }
      // Whoever was up already has nothing to begin, and somebody may have stopped it since.
      if (step.event.type === 'command' && step.event.command.kind === 'stop') {
        excused.add(step.event.watcher)
      } else if (step.event.type === 'bulk' && step.event.command.kind === 'stop') {
        for (const name of step.event.command.watchers) excused.add(name)
      }
      for (const { name, bulk, kind } of step.changes.flatMap((one) => partsBegun(one, seen))) {
        if (kind === 'start') started.add(`${bulk}/${name}`)
      }
      for (const { job, outcome } of outcomesOf(step)) {
        const operation = openJobs.get(job)?.operation
        if (!outcome.ok || operation?.kind !== 'bulk' || operation.what !== 'restart') continue
        for (const name of operation.watchers) {
          const watcher = find(step.after, name)
          if (watcher?.want !== 'down' || watcher.is !== 'stopped' || watcher.hasEnded) continue
          const { policy } = watcher
          if (policy.onDemand || policy.numprocesses === 0 || excused.has(name)) continue
          if (!started.has(`${job}/${name}`)) return `${name} is not started by ${job}`
        }
      }
      return null
    }
  },
}

export const dependenciesAreStarted: Invariant = {
  sentence: 'whoever starts a watcher by name starts what it depends on',
  watch:
    () =>
    ({ event, before, after }) => {
      if (event.type !== 'command' || event.command.kind !== 'start') return null
      const old = find(before, event.watcher)
      const isIdle = old?.want === 'down' && old.is === 'stopped' && before.bulks.length === 0
      if (!isIdle || before.is !== 'running' || before.renewal !== null) return null
      for (const { watcher } of old.policy.dependsOn) {
        const dependency = find(after, watcher)
        if (dependency?.want !== 'down' || dependency.policy.dependsOn.length > 0) continue
        const isComing = after.bulks.some(({ waiting }) => waiting.includes(watcher))
        if (!isComing && dependency.is === 'stopped') return `${watcher} is not started`
      }
      return null
    },
}

export const startsAreSpaced: Invariant = {
  sentence: 'between two starts of one command the warm-up of the daemon passes',
  watch: ({ openJobs }) => {
    const seen = new Set<string>()
    const last = new Map<string, number>()
    return ({ changes, now }) => {
      for (const { name, bulk, kind } of changes.flatMap((change) => partsBegun(change, seen))) {
        const operation = openJobs.get(bulk)?.operation
        if (kind !== 'start' || operation?.kind !== 'bulk') continue
        const before = last.get(bulk)
        if (before !== undefined && now < before + operation.warmupDelayMs) {
          return `${name} is started ${now - before} ms after the one before`
        }
        last.set(bulk, now)
      }
      return null
    }
  },
}

export const partsAreCarriedOn: Invariant = {
  sentence:
    'a command on several watchers waits for something: a part that is open, a pause, or a dependency that comes',
  watch:
    () =>
    ({ after }) => {
      for (const { command, waiting, open, waitUntil, step } of after.bulks) {
        if (waiting.length === 0 && open.length === 0) return `bulk ${command.job} has nothing left`
        const isStuck = step === 'stop' && open.length === 0 && waitUntil === null
        if (isStuck) return `bulk ${command.job} waits for nobody`
      }
      return null
    },
}

function partsBegun({ name, before, after }: Change, seen: Set<string>): readonly Part[] {
  if (after === undefined || (after.running === before?.running && after.queue === before?.queue)) {
    return []
  }
  const jobs = [...(after.running === null ? [] : [after.running.job]), ...after.queue]
  return jobs.flatMap(({ id, kind }) => {
    const [bulk = id, part] = id.split('/')
    const key = `${id} ${kind}`
    if (part === undefined || seen.has(key)) return []
    seen.add(key)
    return [{ name, bulk, kind }]
  })
}

function find({ watchers }: Arbiter, name: string): Watcher | undefined {
  return watchers.find(({ policy }) => policy.name === name)
}

function isCircular(arbiter: Arbiter, name: string): boolean {
  const { dependsOn } = find(arbiter, name)?.policy ?? { dependsOn: [] }
  return dependsOn.some(({ watcher }) => isInCircle(arbiter, name, watcher))
}

/** Whether the second one depends on the first one too, directly or by others. */
function isInCircle(arbiter: Arbiter, name: string, dependency: string): boolean {
  const reached = new Set([dependency])
  for (const one of reached) {
    for (const { watcher } of find(arbiter, one)?.policy.dependsOn ?? []) reached.add(watcher)
  }
  return reached.has(name)
}

function isMet(watcher: Watcher, until: 'started' | 'ready'): boolean {
  const { want, is, slots, processes, policy } = watcher
  if (want === 'demand') return true
  if (want !== 'up' || is === 'stopping' || slots.length !== policy.numprocesses) return false
  const held = (wid: number, test: (one: Watcher['processes'][number]) => boolean): boolean =>
    processes.some((one) => one.wid === wid && one.want === 'up' && test(one))
  if (until === 'ready') {
    const isServed = slots.every(
      (slot) => slot.is !== 'open' || held(slot.wid, (one) => one.is === 'ready'),
    )
    return is === 'active' && isServed
  }
  return slots.every(
    (slot) => slot.is !== 'open' || slot.failures > 0 || held(slot.wid, ({ pid }) => pid !== null),
  )
}
