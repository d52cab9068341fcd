import type { Process } from './process-state.ts'
import { spawnInSlot, stopProcess } from './turn-process.ts'
import {
  countSurplus,
  hasPredecessor,
  SETTLED_AFTER_MS,
  upByWid,
  type Slot,
  type Turn,
  type Watcher,
} from './watcher-state.ts'
import { isSettled } from './watcher-status.ts'

/**
 * Takes the reload as far as it can go now: successors are spawned for the next slots, at most `reloadBatch` at a
 * time and never more than `maxSurge` processes too many. When all of a batch are ready, and not before, those whom
 * they succeed are told to stop.
 */
export function advanceReload(turn: Turn, generation: number): void {
  const batch = successors(turn.watcher, generation)
  if (batch.every(({ is }) => is === 'ready')) {
    for (const successor of batch) retirePredecessors(turn, successor)
  }
  for (const slot of pendingSlots(turn.watcher, generation)) {
    if (!maySucceed(turn.watcher, generation)) return
    spawnSuccessor(turn, slot.wid)
  }
}

/** Whether one more successor may be spawned now. @param generation Of the successors that count. */
export function maySucceed(watcher: Watcher, generation: number): boolean {
  const { reloadBatch, maxSurge, numprocesses } = watcher.policy
  if (successors(watcher, generation).length >= reloadBatch) return false
  return countSurplus(watcher) < (maxSurge ?? Math.max(1, numprocesses))
}

/** Spawns the process that is to take over a slot. */
export function spawnSuccessor(turn: Turn, wid: number): void {
  // A program whose readiness can only be assumed must at least live for a moment before the old one goes.
  spawnInSlot(turn, wid, Math.max(turn.watcher.policy.warmupDelayMs, SETTLED_AFTER_MS))
}

/** One slot after the other: the old process ends, then `reconcile` spawns the new one, then the next slot's turn comes. */
export function advanceSequentialReload(turn: Turn, generation: number): void {
  const { watcher } = turn
  if (!isSettled(watcher)) return
  const [slot] = pendingSlots(watcher, generation)
  if (slot === undefined) return
  for (const process of upByWid(watcher).get(slot.wid) ?? []) stopProcess(turn, process, 'retired')
}

/** A reload replaces everybody: who was to replace somebody before it has done so, or need not any more. */
export function settleSuccessors(turn: Turn): void {
  for (const successor of successors(turn.watcher, 0)) {
    if (successor.is === 'ready') retirePredecessors(turn, successor)
    else stopProcess(turn, successor, 'retired')
  }
}

/** The new generation is bad: its processes that would have replaced somebody are stopped, everybody else stays. */
export function abandonSuccessors(turn: Turn, generation: number): void {
  for (const process of successors(turn.watcher, generation)) stopProcess(turn, process, 'retired')
}

/** Slots whose process is still of an older generation. */
export function pendingSlots(watcher: Watcher, generation: number): readonly Slot[] {
  const holders = upByWid(watcher)
  return watcher.slots.filter((slot) => {
    const held = holders.get(slot.wid)
    return held !== undefined && held.every((process) => process.generation < generation)
  })
}

/** Whether every slot that can be served is served by the new generation. */
export function isReplaced(watcher: Watcher, generation: number): boolean {
  const holders = upByWid(watcher)
  return watcher.slots.every((slot) => {
    if (slot.is !== 'open') return true
    const held = holders.get(slot.wid) ?? []
    const isNew = held.every((process) => process.generation >= generation)
    return isNew && held.some(({ is }) => is === 'ready')
  })
}

/** Whether nobody of an older generation is left, draining ones included. */
export function isDrained(watcher: Watcher, generation: number): boolean {
  return watcher.processes.every((process) => process.generation >= generation)
}

/** Processes of this generation or a later one whose slot is still held by an older process. */
export function successors(watcher: Watcher, generation: number): readonly Process[] {
  return watcher.processes.filter(
    (process) =>
      process.want === 'up' && process.generation >= generation && hasPredecessor(watcher, process),
  )
}

/** A ready process takes over its slot: what held it before is told to stop. */
export function retirePredecessors(turn: Turn, successor: Process): void {
  const predecessors = turn.watcher.processes.filter(
    (process) =>
      process.wid === successor.wid && process.want === 'up' && process.id < successor.id,
  )
  for (const process of predecessors) stopProcess(turn, process, 'retired')
}
