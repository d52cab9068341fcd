import type { Process } from '../../../../supervisor/dist/core/process-state.js'
import type { Watcher } from '../../../../supervisor/dist/core/watcher-state.js'
import { ageDue, startDue } from '../deadlines.ts'
import type { Invariant } from '../invariant.ts'
import { isWanted, type Program } from '../programs.ts'
import type { Step } from '../step.ts'
import type { WorldView } from '../world-view.ts'

export const singletonIsAlone: Invariant = {
  sentence: 'a process of a singleton is spawned only when nobody of the one before is left',
  watch:
    ({ programs }) =>
    ({ effects, after }) => {
      for (const effect of effects) {
        if (effect.type !== 'spawn') continue
        const { watcher, id } = effect.process
        if (!watcherOf(after.watchers, watcher)?.policy.singleton) continue
        for (const other of programs.of(watcher).values()) {
          if (other.ref.id < id) return `${watcher}: process ${other.ref.id} is ${other.status}`
        }
      }
      return null
    },
}

export const spawnsAreInBounds: Invariant = {
  sentence:
    'a spawn fills an empty slot, or succeeds its one holder within reload_batch and max_surge',
  watch:
    ({ programs }) =>
    (step) => {
      for (const effect of step.effects) {
        if (effect.type !== 'spawn') continue
        const { watcher: name, id } = effect.process
        const watcher = watcherOf(step.after.watchers, name)
        const before = watcherOf(step.before.watchers, name)
        const program = programs.of(name).get(id)
        if (watcher === undefined || program === undefined) return `${name} is not there`
        // Asked for and called off in one step.
        if (!isWanted(program)) continue
        if (watcher.want !== 'up' && watcher.gate?.hook !== 'before_stop')
          return `${name} is wanted ${watcher.want}`
        // The one before may have ended in this very step, and left a slot to be filled.
        const isSame = before?.running?.job.id === watcher.running?.job.id
        const wasSequential = before !== undefined && isSame && isSequential(before)
        const others = [...programs.of(name).values()].filter(({ ref }) => ref.id < id)
        const holders = others.filter((one) => one.wid === effect.wid && isWanted(one))
        if (holders.length > 1) return `${name}: slot ${effect.wid} has ${holders.length} holders`
        if (holders.length > 0) {
          const wrong = whyNoSuccessor(step, watcher, before, program, others)
          if (wrong !== null) return `${name}: ${wrong}`
        } else if (
          isSequential(watcher) &&
          wasSequential &&
          others.some(({ wid }) => wid === effect.wid)
        ) {
          return `${name}: slot ${effect.wid} is not empty yet`
        }
      }
      return null
    },
}

export const warmupIsKept: Invariant = {
  sentence: 'between a spawn and the next one that fills a slot of the watcher warmup_delay passes',
  watch: ({ programs }) => {
    /** When the next one may come. */
    const warm = new Map<string, number>()
    return ({ effects, after, now, event, changes }) => {
      if (event.type === 'configurationAdopted') warm.clear()
      for (const change of changes) if (change.after === undefined) warm.delete(change.name)
      for (const effect of effects) {
        if (effect.type !== 'spawn') continue
        const { watcher, id } = effect.process
        const pause = watcherOf(after.watchers, watcher)?.policy.warmupDelayMs ?? 0
        const due = warm.get(watcher) ?? now
        if (now < due && programs.of(watcher).get(id)?.succeeds === false) {
          return `${watcher}: process ${id} comes ${due - now} ms too early`
        }
        warm.set(watcher, now + pause)
      }
      return null
    }
  },
}

export const nobodyIsStoppedWithoutReason: Invariant = {
  sentence:
    'a process that serves is stopped only when its successor is ready, its slot is not wanted or its watcher goes down; one that starts gets its time',
  watch: (world) => (step) => {
    for (const { name, before, after } of step.changes) {
      if (before === undefined || after?.want !== 'up') continue
      const slots = new Set(after.slots.map(({ wid }) => wid))
      for (const process of before.processes) {
        if (process.want !== 'up' || !slots.has(process.wid)) continue
        const now = after.processes.find(({ id }) => id === process.id)
        if (now === undefined || now.want === 'up' || now.is === 'clearing') continue
        // Somebody had killed it before.
        if (process.is === 'stopping') continue
        if (hasReadySuccessor(after, process) || isAbandoned(before, after, process)) continue
        const isJustified =
          now.readyAt !== null
            ? mayEndReady(world, step, before, after, process)
            : mayEndStarting(world, step, before, process) || isSequential(after)
        if (!isJustified)
          return `${name}: process ${process.id}, which was ${process.is}, is stopped`
      }
    }
    return null
  },
}

export const batchGoesTogether: Invariant = {
  sentence:
    'a reload stops the old processes of a batch when all successors of the batch are ready, not before',
  watch: () => (step) => {
    for (const { name, before, after } of step.changes) {
      const running = before?.running
      if (before === undefined || after?.want !== 'up' || running === undefined) continue
      if (running?.job.kind !== 'reload' || running.step !== 'replacing') continue
      const slots = new Set(after.slots.map(({ wid }) => wid))
      const isReplaced = (one: Process): boolean => {
        const now = after.processes.find(({ id }) => id === one.id)
        const wasServing = one.want === 'up' && one.is === 'ready' && slots.has(one.wid)
        return wasServing && now?.is === 'stopping' && now.want !== 'up'
      }
      if (!before.processes.some((one) => isReplaced(one) && hasReadySuccessor(after, one)))
        continue
      const late = after.processes.find(
        (one) =>
          one.want === 'up' &&
          one.is !== 'ready' &&
          one.generation >= running.generation &&
          before.processes.some(({ id }) => id === one.id) &&
          before.processes.some(
            ({ wid, id, want }) =>
              wid === one.wid && id < one.id && want === 'up' && isStillUp(after, id),
          ),
      )
      if (late !== undefined) return `${name}: successor ${late.id} is not ready yet`
    }
    return null
  },
}

export const oneAfterTheOther: Invariant = {
  sentence: 'a sequential reload stops a process only while every other slot is served',
  watch: () => (step) => {
    for (const { name, before, after } of step.changes) {
      if (before === undefined || after?.want !== 'up') continue
      if (!isSequential(before) || !isSequential(after)) continue
      const stopped = before.processes.filter(
        (one) =>
          one.want === 'up' &&
          one.is === 'ready' &&
          after.processes.find(({ id }) => id === one.id)?.want === 'retired' &&
          after.processes.find(({ id }) => id === one.id)?.is !== 'clearing' &&
          after.slots.some(({ wid }) => wid === one.wid),
      )
      const [first] = stopped
      if (first === undefined) continue
      if (stopped.length > 1 && stopped.some(({ wid }) => wid !== first.wid)) {
        return `${name}: ${stopped.length} processes are stopped at once`
      }
      const idle = after.slots.find(
        ({ wid, is }) =>
          wid !== first.wid &&
          is === 'open' &&
          ![...before.processes, ...after.processes].some(
            (one) => one.wid === wid && one.is === 'ready',
          ),
      )
      if (idle !== undefined) return `${name}: slot ${idle.wid} serves nobody meanwhile`
    }
    return null
  },
}

function watcherOf(watchers: readonly Watcher[], name: string): Watcher | undefined {
  return watchers.find(({ policy }) => policy.name === name)
}

/** Whether it is still to be replaced: one that was bad itself is not. */
function isStillUp({ processes }: Watcher, id: number): boolean {
  return processes.some((one) => one.id === id && one.want === 'up')
}

function isSequential({ running, policy }: Watcher): boolean {
  if (running?.job.kind !== 'reload' || running.step !== 'replacing' || policy.sendHup) return false
  return running.job.sequential || policy.singleton
}

function isReplacing(watcher: Watcher | undefined): boolean {
  const running = watcher?.running
  return running?.job.kind === 'reload' && running.step === 'replacing'
}

function whyNoSuccessor(
  { now }: Step,
  watcher: Watcher,
  before: Watcher | undefined,
  program: Program,
  others: readonly Program[],
): string | null {
  const { policy } = watcher
  if (policy.singleton) return 'a singleton gets a successor'
  const old = others.find((one) => one.wid === program.wid && isWanted(one))
  const slot = before?.slots.find(({ wid }) => wid === program.wid)
  const isRested = now >= (slot?.renewal.retryAt ?? 0) || before?.generation !== watcher.generation
  const isOld = old !== undefined && now >= ageDue(old, policy)
  const isTooOld = isOld && isRested && !isReplacing(before) && !isReplacing(watcher)
  const isReload = !isTooOld && (isReplacing(watcher) || isReplacing(before))
  if (isReload && (policy.sendHup || isSequential(watcher))) return 'nobody is to get a successor'
  if (!isReload) {
    if (!isTooOld) return 'its holder is not too old'
    if (!policy.respawn) return 'nobody is to be respawned'
  }
  const wanted = [...others, program].filter(isWanted)
  const successors = wanted.filter((one) =>
    wanted.some(({ wid, ref }) => wid === one.wid && ref.id < one.ref.id),
  )
  if (successors.length > policy.reloadBatch) return `${successors.length} successors at once`
  const living = [...others, program].filter(({ status }) => status !== 'gone').length
  const most = policy.numprocesses + (policy.maxSurge ?? Math.max(1, policy.numprocesses))
  return living > most ? `${living} processes live, ${most} may` : null
}

function hasReadySuccessor(after: Watcher, process: Process): boolean {
  return after.processes.some(
    ({ wid, id, is, want }) =>
      wid === process.wid && id > process.id && is === 'ready' && want === 'up',
  )
}

function mayEndReady(
  { programs }: WorldView,
  { now }: Step,
  before: Watcher,
  after: Watcher,
  process: Process,
): boolean {
  if (isSequential(after) || isSequential(before)) return true
  const { policy } = after
  const program = programs.of(policy.name).get(process.id)
  const isInPlace = policy.singleton || !policy.respawn
  return isInPlace && program !== undefined && now >= ageDue(program, policy)
}

function mayEndStarting(
  { programs }: WorldView,
  { event, now }: Step,
  before: Watcher,
  process: Process,
): boolean {
  const { policy } = before
  const program = programs.of(policy.name).get(process.id)
  if (program === undefined) return false
  const isOver = program.isOutdated || now >= startDue(program, policy)
  if (event.type === 'tick' && process.is === 'starting' && isOver) {
    return true
  }
  if (event.type === 'process' && event.event.type === 'hookEnded') {
    if (event.process.id === process.id && !event.event.isAllowed) return true
  }
  return false
}

/** A reload that is given up takes its successors with it, also those that are ready and waited for others. */
function isAbandoned(before: Watcher, after: Watcher, process: Process): boolean {
  const { running } = before
  const isSuccessor = before.processes.some(
    ({ wid, id, want }) => wid === process.wid && id < process.id && want === 'up',
  )
  if (!isSuccessor) return false
  // A reload that begins replaces everybody: whoever max_age has sent for is not needed any more.
  if (after.generation > before.generation) return true
  if (running?.job.kind !== 'reload' || after.running?.job.id === running.job.id) return false
  return process.generation >= running.generation
}
