import type { Effect } from './effect.ts'
import type { Job, RunningJob } from './job.ts'
import type { Moment } from './moment.ts'
import type { Milliseconds, WatcherPolicy } from './policy.ts'
import type { Process } from './process-state.ts'

/** What a watcher is, in Circus' words. */
export type WatcherStatus = 'stopped' | 'starting' | 'active' | 'stopping'

/**
 * A place for one process, known by its `wid`. During a reload it holds two processes, of two generations.
 * Without a process it is `open` (one is due at `retryAt`), `spent` (`respawn = false` and the process has ended)
 * or `givenUp` (too many deaths before ready).
 */
export interface Slot {
  readonly wid: number
  readonly is: 'open' | 'spent' | 'givenUp'
  /** Deaths before ready in a row. */
  readonly failures: number
  /** Deaths in a row that came within `SETTLED_AFTER_MS` of the spawn, though the process had been ready. */
  readonly quickDeaths: number
  readonly retryAt: Milliseconds
  readonly lastFailure: string | null
}

/** One watcher. Plain data: `JSON.parse(JSON.stringify(watcher))` is the same watcher. */
export interface Watcher {
  readonly policy: WatcherPolicy
  readonly is: WatcherStatus
  readonly want: 'up' | 'down'
  /** One per wanted process while `want` is up. */
  readonly slots: readonly Slot[]
  /** Oldest first. Dead ones are not kept. */
  readonly processes: readonly Process[]
  /** Of the processes that are spawned now; each start and each reload counts it up. */
  readonly generation: number
  readonly nextProcess: number
  /** No spawn before this time (`warmup_delay`). */
  readonly nextSpawnAt: Milliseconds
  readonly running: RunningJob | null
  readonly queue: readonly Job[]
}

/** A process that lives this long has settled: its later death is no reason to wait before the next one. */
export const SETTLED_AFTER_MS = 1_000

/** One step of one watcher, while it is being taken: the state so far and the effects so far. */
export interface Turn {
  watcher: Watcher
  readonly effects: Effect[]
  readonly moment: Moment
}

export function newWatcher(policy: WatcherPolicy): Watcher {
  return {
    policy,
    is: 'stopped',
    want: 'down',
    slots: [],
    processes: [],
    generation: 0,
    nextProcess: 1,
    nextSpawnAt: 0,
    running: null,
    queue: [],
  }
}

export function newSlot(wid: number): Slot {
  return { wid, is: 'open', failures: 0, quickDeaths: 0, retryAt: 0, lastFailure: null }
}

/** Changes one slot; a slot that was given away meanwhile is left alone. */
export function changeSlot(turn: Turn, wid: number, change: (slot: Slot) => Slot): void {
  const slots = turn.watcher.slots.map((slot) => (slot.wid === wid ? change(slot) : slot))
  turn.watcher = { ...turn.watcher, slots }
}

/** Lists of processes never change, they are replaced: what was found out about one holds as long as it exists. */
const holdersOf = new WeakMap<readonly Process[], ReadonlyMap<number, readonly Process[]>>()

/** The processes that hold slots, by wid: those nobody asked to end. */
export function upByWid({ processes }: Watcher): ReadonlyMap<number, readonly Process[]> {
  const known = holdersOf.get(processes)
  if (known !== undefined) return known
  const found = findHolders(processes)
  holdersOf.set(processes, found)
  return found
}

function findHolders(processes: readonly Process[]): ReadonlyMap<number, readonly Process[]> {
  const holders = new Map<number, Process[]>()
  for (const process of processes) {
    if (process.want !== 'up') continue
    const known = holders.get(process.wid)
    if (known) known.push(process)
    else holders.set(process.wid, [process])
  }
  return holders
}

/** Whether the process shares its slot with an older one, which it is to replace. */
export function hasPredecessor(watcher: Watcher, process: Process): boolean {
  const held = upByWid(watcher).get(process.wid) ?? []
  return held.some(({ id }) => id < process.id)
}

/** Pids of all processes of the watcher, oldest first. */
export function pidsOf(watcher: Watcher): readonly number[] {
  return watcher.processes.flatMap((process) => (process.pid === null ? [] : [process.pid]))
}

/** The number of ready processes that hold slots. */
export function countReady(watcher: Watcher): number {
  return watcher.processes.filter((process) => process.want === 'up' && process.is === 'ready')
    .length
}
