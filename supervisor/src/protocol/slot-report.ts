import type { Milliseconds } from '../core/policy.ts'
import { upByWid, type Slot, type Watcher } from '../core/watcher-state.ts'
import { isRecord } from './record.ts'

/** A slot that has no ready process, and why. */
export interface SlotReport {
  readonly wid: number
  /** `resting`: flapping; `waiting`: a pause after failures; `starting`: its process is not ready yet. */
  readonly state: 'starting' | 'waiting' | 'resting' | 'given up' | 'finished'
  /** Seconds until a process is tried again, >= 0; null if none will be, or one has been spawned already. */
  readonly next_try: number | null
  readonly reason: string | null
}

/** The slots of a watcher that is to run and that serve nobody now. */
export function slotReports(watcher: Watcher, now: Milliseconds): readonly SlotReport[] {
  const holders = upByWid(watcher)
  return watcher.slots.flatMap((slot) => {
    const held = holders.get(slot.wid) ?? []
    if (held.some(({ is }) => is === 'ready')) return []
    return [reportOf(slot, held.length > 0, now)]
  })
}

function reportOf(slot: Slot, hasProcess: boolean, now: Milliseconds): SlotReport {
  const { wid, is, rests, retryAt, lastFailure: reason } = slot
  if (is === 'spent') return { wid, state: 'finished', next_try: null, reason }
  if (is === 'givenUp') return { wid, state: 'given up', next_try: null, reason }
  if (hasProcess) return { wid, state: 'starting', next_try: null, reason }
  const next_try = Math.max(0, retryAt - now) / 1_000
  return { wid, state: rests > 0 ? 'resting' : 'waiting', next_try, reason }
}

/** For people: `slot 2 is resting, next try in 5.3 s: slot 2 is flapping: 2 deaths within 1 s`. */
export function slotLine({ wid, state, next_try, reason }: SlotReport): string {
  const when = next_try === null ? '' : `, next try in ${next_try.toFixed(1)} s`
  return `slot ${wid} is ${state}${when}${reason === null ? '' : `: ${reason}`}`
}

/** Whether what came over the wire is what `slotReports` gives. */
export function isSlotReport(value: unknown): value is SlotReport {
  if (!isRecord(value)) return false
  const { wid, state, next_try, reason } = value
  if (typeof wid !== 'number' || typeof state !== 'string') return false
  const isTime = next_try === null || typeof next_try === 'number'
  return isTime && (reason === null || typeof reason === 'string')
}
