import type { Effect } from './effect.ts'
import type { BulkCommand } from './event.ts'
import type { JobId, JobResult } from './job.ts'
import type { Moment } from './moment.ts'
import type { Milliseconds } from './policy.ts'
import type { Watcher } from './watcher-state.ts'

export type ArbiterStatus = 'running' | 'stopping' | 'stopped'

/** A command on several watchers on its way. */
export interface Bulk {
  readonly command: BulkCommand
  /** `restart` stops all of them first, then starts them. */
  readonly step: 'stop' | 'start' | 'reload'
  /** Watchers whose turn has not come, next one first. */
  readonly waiting: readonly string[]
  /** The watcher begun last: what comes next waits until it is under way. */
  readonly latest: string | null
  /** Watchers whose part has begun and not ended. */
  readonly open: readonly string[]
  readonly waitUntil: Milliseconds | null
  /** Watchers that somebody has stopped since: their turn does not come any more. */
  readonly dropped: readonly string[]
  readonly failures: readonly string[]
  /** Of the part of the one watcher that was meant, when it is only one. */
  readonly result: JobResult
}

/**
 * A restart of everything with the configuration as it is in the files now. The files are read first, so that bad ones
 * stop nobody; then all stop, sockets and streams are changed, and what is configured starts.
 */
export interface Renewal {
  readonly job: JobId
  readonly step: 'reading' | 'stopping' | 'adopting' | 'starting'
  /** Watchers that were up, or waiting for connections: they are again if the new configuration is a failure. */
  readonly upBefore: readonly string[]
  /** The files could be read, but what they ask for could not be had. */
  readonly failure: string | null
}

/** The whole state of the supervisor that matters for its decisions. Plain data, as `Watcher` is. */
export interface Arbiter {
  readonly is: ArbiterStatus
  /** In the order in which they are started: highest priority first, then as they were added. */
  readonly watchers: readonly Watcher[]
  readonly bulks: readonly Bulk[]
  readonly renewal: Renewal | null
  /** Above every number that a watcher which was removed has given to a process or a call: what is late is nobody else's. */
  readonly firstNumber: number
  /** Jobs that end when everything is stopped. The first one is the bulk that stops everything. */
  readonly quitJobs: readonly JobId[]
  /** With which the daemon leaves. */
  readonly exitCode: number
}

/** One step of the arbiter, while it is being taken: the state so far and the effects so far. */
export interface ArbiterTurn {
  arbiter: Arbiter
  readonly effects: Effect[]
  readonly moment: Moment
}

export function newArbiter(): Arbiter {
  return {
    is: 'running',
    watchers: [],
    bulks: [],
    renewal: null,
    firstNumber: 1,
    quitJobs: [],
    exitCode: 0,
  }
}

/** @param name As the watcher spells it. */
export function findWatcher(arbiter: Arbiter, name: string): Watcher | undefined {
  return arbiter.watchers.find(({ policy }) => policy.name === name)
}

/** In the order of the starts: by priority, then as they were added. */
export function withWatcher(watchers: readonly Watcher[], watcher: Watcher): readonly Watcher[] {
  const { priority } = watcher.policy
  const index = watchers.findIndex(({ policy }) => policy.priority < priority)
  return watchers.toSpliced(index < 0 ? watchers.length : index, 0, watcher)
}

/** The first number for whoever comes after these watchers. */
export function numberAfter({ firstNumber }: Arbiter, gone: readonly Watcher[]): number {
  const numbers = gone.flatMap(({ nextProcess, nextCall }) => [nextProcess, nextCall])
  return Math.max(firstNumber, ...numbers)
}
