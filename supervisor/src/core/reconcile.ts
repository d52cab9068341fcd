import type { Process } from './process-state.ts'
import { spawnInSlot, stopProcess } from './turn-process.ts'
import { newSlot, upByWid, type Slot, type Turn, type Watcher } from './watcher-state.ts'

/** Brings what is nearer to what is wanted: as many slots as processes are wanted, a process in each, none elsewhere. */
export function reconcile(turn: Turn): void {
  if (!mayHaveProcesses(turn.watcher)) return
  fitSlots(turn)
  fillSlots(turn)
}

/** The earliest time at which an empty slot may get its process, or null when none waits. */
export function nextSpawnTime(watcher: Watcher): number | null {
  if (!mayHaveProcesses(watcher)) return null
  const holders = upByWid(watcher)
  let earliest: number | null = null
  for (const slot of watcher.slots) {
    if (slot.is !== 'open' || holders.has(slot.wid)) continue
    // The end of the drain is an event of its own; until then there is nothing to wake up for.
    if (mustWaitForDrain(watcher, slot)) continue
    const due = Math.max(slot.retryAt, watcher.nextSpawnAt)
    if (earliest === null || due < earliest) earliest = due
  }
  return earliest
}

function mayHaveProcesses({ want, gate }: Watcher): boolean {
  return want === 'up' && gate?.hook !== 'before_start'
}

function fitSlots(turn: Turn): void {
  const { watcher } = turn
  const { numprocesses } = watcher.policy
  const missing = numprocesses - watcher.slots.length
  if (missing > 0) {
    turn.watcher = { ...watcher, slots: [...watcher.slots, ...freeSlots(watcher, missing)] }
  } else if (missing < 0) {
    const dispensable = orderBySacrifice(watcher).slice(0, -missing)
    const slots = watcher.slots.filter((slot) => !dispensable.includes(slot))
    turn.watcher = { ...watcher, slots }
    retireHomeless(turn)
  }
}

/** The lowest wids that no slot has and no process, not even a draining one, still uses. */
function freeSlots(watcher: Watcher, count: number): readonly Slot[] {
  const taken = new Set([
    ...watcher.slots.map(({ wid }) => wid),
    ...watcher.processes.map(({ wid }) => wid),
  ])
  const free: Slot[] = []
  for (let wid = 1; free.length < count; wid += 1) {
    if (!taken.has(wid)) free.push(newSlot(wid))
  }
  return free
}

/** Slots that serve nobody go first, then those with the oldest process, as in Circus. */
function orderBySacrifice(watcher: Watcher): readonly Slot[] {
  const holders = upByWid(watcher)
  const age = (slot: Slot): number => {
    const ready = holders.get(slot.wid)?.find((process) => process.is === 'ready')
    return ready === undefined ? -1 : ready.id
  }
  return watcher.slots.toSorted((left, right) => age(left) - age(right) || right.wid - left.wid)
}

function retireHomeless(turn: Turn): void {
  const wids = new Set(turn.watcher.slots.map(({ wid }) => wid))
  const homeless = (process: Process): boolean => process.want === 'up' && !wids.has(process.wid)
  for (const process of turn.watcher.processes.filter(homeless)) {
    stopProcess(turn, process, 'retired')
  }
}

function fillSlots(turn: Turn): void {
  const holders = upByWid(turn.watcher)
  for (const slot of turn.watcher.slots) {
    const { now } = turn.moment
    if (now < turn.watcher.nextSpawnAt) return
    if (slot.is !== 'open' || holders.has(slot.wid) || now < slot.retryAt) continue
    if (mustWaitForDrain(turn.watcher, slot)) continue
    spawnInSlot(turn, slot.wid, turn.watcher.policy.warmupDelayMs)
  }
}

/** A singleton is never two processes, not even for the time of a drain; nor is a slot in a sequential reload. */
function mustWaitForDrain(watcher: Watcher, slot: Slot): boolean {
  const job = watcher.running?.job
  const isSequential = job?.kind === 'reload' && job.sequential
  if (watcher.policy.singleton) return watcher.processes.length > 0
  return isSequential && watcher.processes.some(({ wid }) => wid === slot.wid)
}
