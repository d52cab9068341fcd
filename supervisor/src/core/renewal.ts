import type { Milliseconds, WatcherPolicy } from './policy.ts'
import type { Process } from './process-state.ts'
import { maySucceed, retirePredecessors, spawnSuccessor, successors } from './reload.ts'
import { stopProcess } from './turn-process.ts'
import { changeSlot, upByWid, type Slot, type Turn, type Watcher } from './watcher-state.ts'

/**
 * Replaces processes that have become too old (`max_age`): the successor comes first, and the old one stays if that is no
 * good. Only a singleton, and a watcher that respawns nobody, lose the old one first. A reload replaces everybody anyway,
 * so nothing is renewed while one is replacing.
 */
export function advanceRenewal(turn: Turn): void {
  if (!mayRenew(turn.watcher)) return
  for (const successor of successors(turn.watcher, 0)) {
    if (successor.is === 'ready') takeOver(turn, successor)
  }
  for (const { slot, process } of oldProcesses(turn.watcher)) {
    if (dueTime(turn.watcher.policy, slot, process) > turn.moment.now) continue
    if (isRenewedInPlace(turn.watcher.policy)) retire(turn, slot, process)
    else if (maySucceed(turn.watcher, 0)) spawnSuccessor(turn, slot.wid)
  }
}

/** The earliest time at which a process will be too old, or null when none will, or none may be replaced now. */
export function nextRenewalTime(watcher: Watcher): Milliseconds | null {
  const { policy } = watcher
  if (policy.maxAgeMs === 0 || !mayRenew(watcher)) return null
  if (!isRenewedInPlace(policy) && !maySucceed(watcher, 0)) return null
  const times = oldProcesses(watcher).map(({ slot, process }) => dueTime(policy, slot, process))
  return times.length === 0 ? null : Math.min(...times)
}

function mayRenew({ want, is, running }: Watcher): boolean {
  const isReplacing = running?.job.kind === 'reload' && running.step === 'replacing'
  return want === 'up' && is !== 'stopping' && !isReplacing
}

function isRenewedInPlace({ singleton, respawn }: WatcherPolicy): boolean {
  return singleton || !respawn
}

function takeOver(turn: Turn, successor: Process): void {
  retirePredecessors(turn, successor)
  changeSlot(turn, successor.wid, (slot) => ({ ...slot, renewal: { failures: 0, retryAt: 0 } }))
}

function retire(turn: Turn, slot: Slot, process: Process): void {
  stopProcess(turn, process, 'retired')
  if (!turn.watcher.policy.respawn) changeSlot(turn, slot.wid, (one) => ({ ...one, is: 'spent' }))
}

/** Ready processes that hold their slot alone, and may be too old one day. */
function oldProcesses(
  watcher: Watcher,
): readonly { readonly slot: Slot; readonly process: Process }[] {
  if (watcher.policy.maxAgeMs === 0) return []
  const holders = upByWid(watcher)
  return watcher.slots.flatMap((slot) => {
    const [process, ...others] = holders.get(slot.wid) ?? []
    const isAlone = process?.is === 'ready' && others.length === 0
    return isAlone ? [{ slot, process }] : []
  })
}

/** When the process is to be replaced: by its age, or by when the last attempt allows another one. */
function dueTime(policy: WatcherPolicy, slot: Slot, process: Process): Milliseconds {
  const expiresAt = process.spawnedAt + policy.maxAgeMs + process.lot * policy.maxAgeVarianceMs
  return Math.max(expiresAt, slot.renewal.retryAt)
}
