import { isDeepStrictEqual } from 'node:util'
import type { Arbiter } from '../../../../supervisor/dist/core/arbiter-state.js'
import type { Watcher } from '../../../../supervisor/dist/core/watcher-state.js'
import type { ArbiterEvent } from '../../../../supervisor/dist/core/event.js'
import type { ProcessRef } from '../../../../supervisor/dist/core/effect.js'
import type { Invariant } from '../invariant.ts'
import { outcomesOf, type Change } from '../step.ts'
import type { WorldView } from '../world-view.ts'

export const stoppedMeansEmpty: Invariant = {
  sentence: 'a stopped watcher has no process, no job, waits for no hook, and wakes nobody up',
  watch:
    (world) =>
    ({ changes, after }) => {
      for (const { name, after: watcher } of changes) {
        if (watcher?.is === 'stopping' && watcher.want === 'up')
          return `${name} stops and is wanted up`
        if (watcher?.is !== 'stopped') continue
        const count = world.programs.of(name).size
        if (count > 0) return `${name} has ${count} processes`
        if (watcher.running !== null || watcher.queue.length > 0) return `${name} has a job`
        if (watcher.gate !== null) return `${name} waits for ${watcher.gate.hook}`
        if (watcher.want === 'up') return `${name} is stopped and wanted up`
      }
      if (changes.length === 0 || world.wakeTime === null) return null
      const isQuiet = after.watchers.every(({ is, want }) => is === 'stopped' && want === 'down')
      return isQuiet && after.bulks.length === 0 ? `nobody runs, and the alarm is set` : null
    },
}

export const wakingIsHonest: Invariant = {
  sentence:
    'a tick does what is due and leaves nothing due behind; one that comes too early changes nothing',
  watch: (world) => {
    let wake: number | null = null
    return ({ event, now, changes, effects, after, before }) => {
      const due = wake
      wake = world.wakeTime
      if (event.type !== 'tick') return null
      if (wake !== null && wake <= now) return `at ${now} the core wants to be woken at ${wake}`
      if (due !== null && due <= now) {
        return after === before ? `the core wanted to be woken at ${due}, for nothing` : null
      }
      return changes.length > 0 || effects.length > 0 ? 'a false alarm has consequences' : null
    }
  },
}

export const quittingLeaves: Invariant = {
  sentence: 'the daemon leaves once, when nobody is left, and does nothing after that',
  watch: (world) => {
    let hasLeft = false
    return ({ event, before, after, effects }) => {
      const leaves = effects.filter(({ type }) => type === 'leave').length
      if (hasLeft) {
        const other = effects.find(({ type }) => type !== 'endJob')
        return other === undefined ? null : `after it has left: ${other.type}`
      }
      if (event.type === 'quit' && after.is === 'running') return 'a wish to quit changes nothing'
      if (leaves > 1) return 'it leaves twice'
      if (leaves === 0) return after.is === 'stopped' ? 'it is stopped and does not leave' : null
      hasLeft = true
      if (before.is === 'stopped') return 'it has left already'
      return world.programs.isEmpty ? null : `it leaves ${world.programs.count} processes behind`
    }
  },
}

export const nothingBeginsWhileQuitting: Invariant = {
  sentence: 'a daemon that stops starts nobody, and refuses what is asked of it',
  watch: () => (step) => {
    const { event, before, after, effects } = step
    if (before.is === 'running') return null
    const spawn = effects.find(({ type }) => type === 'spawn')
    const isAllowed = after.watchers.every(({ want }) => want !== 'up') && spawn !== undefined
    if (isAllowed) return 'a process is spawned though nobody is wanted'
    const job =
      event.type === 'command' || event.type === 'bulk'
        ? event.command.job
        : event.type === 'renew'
          ? event.job
          : null
    if (job === null) return null
    const isRefused = outcomesOf(step).some((one) => one.job === job && !one.outcome.ok)
    return isRefused ? null : `job ${job} is not refused`
  },
}

export const hurryingHelps: Invariant = {
  sentence: 'the second wish to quit waits for no order and no hook: everybody is told to end',
  watch: (world) => (step) => {
    const { event, before, after } = step
    if (event.type !== 'quit' || before.is !== 'stopping' || after.is !== 'stopping') return null
    for (const { policy, want, gate, processes } of after.watchers) {
      if (want === 'up') return `${policy.name} is wanted ${want}`
      const old = before.watchers.find((one) => one.policy.name === policy.name)
      const wasTold = old?.is === 'stopping' && old.gate === null
      const left = processes.find((one) => one.want === 'up')
      if (wasTold && left !== undefined) return `${policy.name}: process ${left.id} is not told`
      if (old?.gate?.hook === 'before_stop' && gate?.call === old.gate.call) {
        return `${policy.name} still waits for before_stop`
      }
    }
    for (const program of world.programs.ending) {
      const isWaiting = before.bulks.some(({ waiting }) => waiting.includes(program.ref.watcher))
      const old = before.watchers.find(({ policy }) => policy.name === program.ref.watcher)
      // Where a hook held up the stop, only the time is shortened.
      const wasHeldUp = old?.gate?.hook === 'before_stop'
      if (program.stopAt === step.now || isWaiting || wasHeldUp) continue
      const isRepeated = step.effects.some(
        (effect) =>
          (effect.type === 'signal' || effect.type === 'killTree') &&
          effect.process.watcher === program.ref.watcher &&
          effect.process.id === program.ref.id,
      )
      if (!isRepeated) return `process ${program.ref.id} of ${program.ref.watcher} is not hurried`
    }
    return null
  },
}

export const essentialsAreEssential: Invariant = {
  sentence:
    'the daemon stops by itself exactly when an essential watcher has ended by itself, and leaves with the code of its last program',
  watch: () => {
    const lastExits = new Map<string, number>()
    const ended = new Set<string>()
    let expected: readonly number[] = [0]
    return (step) => {
      const { event, before, after, effects } = step
      const leavesNow = before.is === 'running' && after.is !== 'running'
      if (event.type === 'configurationAdopted') ended.clear()
      for (const change of step.changes)
        noteEnd(change, ended, leavesNow && event.type !== 'quit', event.type)
      if (event.type === 'process' && event.event.type === 'exited') {
        if (hasLived(before, event.process))
          lastExits.set(event.process.watcher, event.event.exitCode)
      }
      for (const change of step.changes) if (isStarted(change)) lastExits.delete(change.name)
      const gone = before.watchers.filter(({ policy }) => {
        const now = after.watchers.find((one) => one.policy.name === policy.name)
        return policy.essential && ended.has(policy.name) && now?.processes.length === 0
      })
      if (before.is === 'running' && event.type !== 'quit') {
        if (after.is === 'running') {
          const [first] = gone
          return first === undefined
            ? null
            : `${first.policy.name} has ended and the daemon runs on`
        }
        if (gone.length === 0) return 'the daemon stops, and nothing essential has ended'
        expected = gone.flatMap((old) => {
          const code = lastExits.get(old.policy.name) ?? NEVER_RAN
          const now = after.watchers.find(({ policy }) => policy.name === old.policy.name)
          if (code !== 0) return code < 0 ? 128 - code : code
          // A program that had to be ended has not succeeded; what is given up in this very step cannot be seen.
          const isUnseen = event.type === 'process' && event.event.type === 'spawnFailed'
          if (isUnseen) return [0, 1]
          return hasFailed(old) || (now !== undefined && hasFailed(now)) ? 1 : 0
        })
      }
      const leave = effects.find((effect) => effect.type === 'leave')
      if (leave === undefined || expected.includes(leave.exitCode)) return null
      return `the daemon leaves with ${leave.exitCode}, not ${expected.join(' or ')}`
    }
  },
}

/** What a shell says when there was no program to run. */
const NEVER_RAN = 127

/** Notes whether the watcher goes down because nothing runs any more, or because somebody wants it to. */
function noteEnd(
  { name, before, after }: Change,
  ended: Set<string>,
  leavesNow: boolean,
  event: ArbiterEvent['type'],
): void {
  const isWished = after?.running?.step === 'stopping'
  const isByItself =
    before !== undefined &&
    before.processes.length > 0 &&
    (event === 'process' || event === 'tick' || event === 'hookEnded')
  if (leavesNow) {
    // Then everybody gets a stop in the same step, also who has just ended.
    if (before?.want === 'up' && after?.processes.length === 0) ended.add(name)
  } else if (after?.want !== 'down' || isWished) ended.delete(name)
  else if (before?.want === 'up' && (after.hasEnded || isByItself)) ended.add(name)
}

function hasFailed({ refusal, slots }: Watcher): boolean {
  return refusal !== null || slots.some(({ is }) => is === 'givenUp')
}

function isStarted({ before, after }: Change): boolean {
  if (after?.want !== 'up') return false
  if (before?.want !== 'up') return true
  const isNew = before.running?.job.id !== after.running?.job.id
  const step = after.running?.step
  return step === 'starting' && (isNew || before.running?.step !== step)
}

function hasLived({ watchers }: Arbiter, { watcher, id }: ProcessRef): boolean {
  const old = watchers.find(({ policy }) => policy.name === watcher)
  const process = old?.processes.find((one) => one.id === id)
  return process !== undefined && process.pid !== null && process.is !== 'clearing'
}

export const renewalsAreSafe: Invariant = {
  sentence:
    'bad files stop nobody; the configuration is changed while nobody runs; what is configured then runs',
  watch: (world: WorldView) => (step) => {
    const { event, before, effects, changes, after } = step
    if (event.type === 'configurationRead' && event.failure !== null) {
      const isEnded = outcomesOf(step).some(({ job, outcome }) => job === event.job && !outcome.ok)
      const stopped = changes.find((one) => one.before?.want === 'up' && one.after?.want !== 'up')
      if (stopped !== undefined) return `bad files stop ${stopped.name}`
      if (before.renewal?.job === event.job && !isEnded) return 'nobody hears of the bad files'
    }
    if (effects.some(({ type }) => type === 'adoptConfiguration') && !world.programs.isEmpty) {
      return `${world.programs.count} processes live while the configuration is changed`
    }
    const isAdopted = event.type === 'configurationAdopted' && before.renewal?.step === 'adopting'
    if (!isAdopted || event.job !== before.renewal?.job || before.is !== 'running') return null
    const idle = after.watchers.find(
      ({ policy, want }) =>
        event.failure === null &&
        policy.autostart &&
        policy.dependsOn.length === 0 &&
        want === 'down' &&
        !after.bulks.some(({ waiting }) => waiting.includes(policy.name)),
    )
    if (idle !== undefined) return `${idle.policy.name} is not started`
    const names = after.watchers.map(({ policy }) => policy.name)
    const expected = event.adoption.policies
      .toSorted((left, right) => right.priority - left.priority)
      .map(({ name }) => name)
    if (!isDeepStrictEqual(names, expected)) return `${names.join()} run, not ${expected.join()}`
    return null
  },
}

/** One step in so many is written down and read back. */
const SAMPLE = 499

export const stateIsPlainData: Invariant = {
  sentence: 'the state survives being written as JSON and read back',
  watch:
    (world) =>
    ({ after }) => {
      if (world.steps % SAMPLE !== 0) return null
      return isDeepStrictEqual(JSON.parse(JSON.stringify(after)), after)
        ? null
        : 'the state is not plain data'
    },
}
