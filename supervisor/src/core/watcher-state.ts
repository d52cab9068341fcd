import type { Effect } from './effect.ts'
import type { Job, JobId, RunningJob } from './job.ts'
import type { Moment } from './moment.ts'
import type { GateHook, Milliseconds, WatcherPolicy } from './policy.ts'
import { isLiving, type Process } from './process-state.ts'

/** What a watcher is, in Circus' words. */
export type WatcherStatus = 'stopped' | 'starting' | 'active' | 'stopping'

/** What is wanted of a watcher: to run, not to run, or to run as soon as a connection waits (`on_demand`). */
export type WatcherWant = 'up' | 'down' | 'demand'

/**
 * A place for one process, known by its `wid`. During a reload it holds two processes, of two generations.
 * Without a process it is `open` (one is due at `retryAt`), `spent` (its process has ended and is not replaced)
 * or `givenUp` (too many deaths before ready, or too much flapping).
 */
export interface Slot {
  readonly wid: number
  readonly is: 'open' | 'spent' | 'givenUp'
  /** Deaths before ready in a row. */
  readonly failures: number
  /** Deaths in a row that came within `SETTLED_AFTER_MS` of the spawn, though the process had been ready. */
  readonly quickDeaths: number
  /** Times of the last deaths, as many as make the slot flapping; empty without a rule for that. */
  readonly deaths: readonly Milliseconds[]
  /** Rests in a row because of flapping. While it rests, `retryAt` is its next try. */
  readonly rests: number
  readonly retryAt: Milliseconds
  /** Failures in a row of successors of a process that has become too old, and when the next one may be tried. */
  readonly renewal: { readonly failures: number; readonly retryAt: Milliseconds }
  readonly lastFailure: string | null
}

/** A hook the watcher waits for. `call` tells its end from that of an earlier one. */
export interface Gate {
  readonly hook: GateHook
  readonly call: number
}

/** One watcher. Plain data: `JSON.parse(JSON.stringify(watcher))` is the same watcher. */
export interface Watcher {
  readonly policy: WatcherPolicy
  readonly is: WatcherStatus
  readonly want: WatcherWant
  /** One per wanted process while `want` is up. */
  readonly slots: readonly Slot[]
  /** Oldest first. Dead ones are not kept. */
  readonly processes: readonly Process[]
  /** Of the processes that are spawned now; each start and each reload counts it up. */
  readonly generation: number
  readonly nextProcess: number
  /** No spawn before this time (`warmup_delay`). */
  readonly nextSpawnAt: Milliseconds
  readonly gate: Gate | null
  readonly nextCall: number
  /** Why it is stopped, if that was not an operator's wish. */
  readonly refusal: string | null
  /** It has stopped by itself: nothing ran any more, and nothing would. */
  readonly hasEnded: boolean
  /** Of the process that ended last since the start: exit status, or the negative number of the signal. */
  readonly lastExitCode: number | null
  readonly demand: Demand
  readonly running: RunningJob | null
  readonly queue: readonly Job[]
  /** Processes, by their ids, whose end somebody waits for. */
  readonly kills: readonly { readonly job: JobId; readonly processes: readonly number[] }[]
  /** It is forgotten as soon as it is stopped. */
  readonly isLeaving: boolean
}

/** How a watcher waits for connections while `want` is demand. */
export interface Demand {
  /** The shell looks for connections, and will tell. */
  readonly isAwaited: boolean
  /** It is not awaited before this time: whoever fails when it is woken does not get the machine to itself. */
  readonly awaitAt: Milliseconds
  readonly wokenAt: Milliseconds
  /** Times in a row that it failed when it was woken. */
  readonly failures: number
}

/** A process that lives this long has settled: its later death is no reason to wait before the next one. */
export const SETTLED_AFTER_MS = 1_000

/** One step of one watcher, while it is being taken: the state so far and the effects so far. */
export interface Turn {
  watcher: Watcher
  readonly effects: Effect[]
  readonly moment: Moment
}

/** @param first Number of its first process and of its first call of a hook: above those of a watcher that had its name before. */
export function newWatcher(policy: WatcherPolicy, first = 1): Watcher {
  return {
    policy,
    is: 'stopped',
    want: 'down',
    slots: [],
    processes: [],
    generation: 0,
    nextProcess: first,
    nextSpawnAt: 0,
    gate: null,
    nextCall: first,
    refusal: null,
    hasEnded: false,
    lastExitCode: null,
    demand: { isAwaited: false, awaitAt: 0, wokenAt: 0, failures: 0 },
    running: null,
    queue: [],
    kills: [],
    isLeaving: false,
  }
}

export function newSlot(wid: number): Slot {
  return {
    wid,
    is: 'open',
    failures: 0,
    quickDeaths: 0,
    deaths: [],
    rests: 0,
    retryAt: 0,
    renewal: { failures: 0, retryAt: 0 },
    lastFailure: null,
  }
}

/** Changes one slot; a slot that was given away meanwhile is left alone. */
export function changeSlot(turn: Turn, wid: number, change: (slot: Slot) => Slot): void {
  const slots = turn.watcher.slots.map((slot) => (slot.wid === wid ? change(slot) : slot))
  turn.watcher = { ...turn.watcher, slots }
}

/** Lists of processes never change, they are replaced: what was found out about one holds as long as it exists. */
const holdersOf = new WeakMap<readonly Process[], Map<number, readonly Process[]>>()

/** The processes that hold slots, by wid: those nobody asked to end. */
export function upByWid({ processes }: Watcher): ReadonlyMap<number, readonly Process[]> {
  const known = holdersOf.get(processes)
  if (known !== undefined) return known
  const found = findHolders(processes)
  holdersOf.set(processes, found)
  return found
}

/**
 * The watcher with other processes, of which only those with this wid differ. What is known of the old list passes on to
 * the new one: with a thousand processes, finding it out anew for each event would be most of the work.
 */
export function withProcesses(
  watcher: Watcher,
  processes: readonly Process[],
  wid: number,
): Watcher {
  const holders = holdersOf.get(watcher.processes)
  if (holders !== undefined) {
    holdersOf.delete(watcher.processes)
    const held = processes.filter((one) => one.wid === wid && one.want === 'up')
    if (held.length === 0) holders.delete(wid)
    else holders.set(wid, held)
    holdersOf.set(processes, holders)
  }
  return { ...watcher, processes }
}

function findHolders(processes: readonly Process[]): Map<number, readonly Process[]> {
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

/** Pids of the processes that exist, oldest first. */
export function pidsOf(watcher: Watcher): readonly number[] {
  return watcher.processes.flatMap((process) =>
    process.pid === null || !isLiving(process) ? [] : [process.pid],
  )
}

/** The number of ready processes that hold slots. */
export function countReady(watcher: Watcher): number {
  return watcher.processes.filter((process) => process.want === 'up' && process.is === 'ready')
    .length
}

/** Processes beyond `numprocesses`, draining ones included. */
export function countSurplus({ processes, policy }: Watcher): number {
  return processes.filter(({ is }) => is !== 'clearing').length - policy.numprocesses
}
