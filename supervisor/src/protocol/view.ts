import type { WatcherOptions } from '../config/options.ts'
import type { WatcherContext } from '../config/watcher-section.ts'
import type { Arbiter } from '../core/arbiter-state.ts'
import type { JobId, JobOutcome } from '../core/job.ts'
import type { Milliseconds } from '../core/policy.ts'

/** A listening socket of circusd: `host` and `port` of an internet one, `path` of a unix one. */
export interface SocketView {
  readonly name: string
  readonly fd: number
  readonly backlog: number
  readonly host: string | null
  readonly port: number | null
  readonly path: string | null
}

/** circusd itself. */
export interface DaemonView {
  readonly pid: number
  /** Of our package. */
  readonly version: string
  /** Of Node, without the `v`. */
  readonly node: string
}

/** What commands are answered from: the state at one moment. */
export interface ArbiterView {
  readonly arbiter: Arbiter
  /** On the clock of the deadlines in the state. */
  readonly now: Milliseconds
  readonly sockets: readonly SocketView[]
  /** All options of a watcher as `options` shows them. @param watcher As the watcher spells it. */
  optionsOf(watcher: string): Readonly<Record<string, unknown>>
  /** endpoint, stats_endpoint, pubsub_endpoint, check_delay and multicast_endpoint, as configured. */
  readonly globalOptions: Readonly<Record<string, unknown>>
  /** Pause between the starts of two watchers, in ms. Circus: `warmup_delay` of `[circus]`. */
  readonly warmupDelayMs: number
  readonly daemon: DaemonView
  /** What all watchers are defined by now. */
  readonly definitions: readonly WatcherOptions[]
  /** With which options of a request are read. */
  readonly watcherContext: WatcherContext
  /** Direct children of a process that runs. */
  childrenOf(pid: number): readonly number[]
  readonly jobs: JobsView
  /** Why a watcher is what it is, oldest first. @param watcher As the watcher spells it. */
  causesOf(watcher: string): readonly Cause[]
}

/** Jobs as those who asked for them know them. */
export interface JobsView {
  /** Those that have not ended, in the order in which they were asked for. */
  readonly open: readonly OpenJob[]
  /** Of one of the last that have ended. */
  outcomeOf(job: JobId): EndedJob | undefined
}

export interface OpenJob {
  readonly id: JobId
  /** The command it was begun by. */
  readonly command: string
  /** Since it was asked for, in ms, >= 0. */
  readonly ageMs: Milliseconds
}

export interface EndedJob {
  readonly command: string
  readonly outcome: JobOutcome
}

/** Something that was asked of a watcher, or has happened to it. */
export interface Cause {
  /** Wall-clock time in seconds since 1970, with fractions. */
  readonly time: number
  readonly what: string
  /** Who asked for it; null: nobody, it has happened. */
  readonly by: string | null
}
