import type { HookName } from './hook-name.ts'

/** A span of time in milliseconds. */
export type Milliseconds = number

/** How a watcher's processes show that they can take work. Design: ready = auto | notify | listen | delay:SECONDS | none. */
export type Readiness =
  | { readonly kind: 'auto' }
  | { readonly kind: 'notify' }
  | { readonly kind: 'listen' }
  | { readonly kind: 'delay'; readonly delayMs: Milliseconds }
  | { readonly kind: 'none' }

/** One watcher that must be up before another one is started. Ours: `depends_on`. */
export interface Dependency {
  readonly watcher: string
  /** `started`: each of its slots has had its chance; `ready`: it is active, and no slot is still on its way. */
  readonly until: 'started' | 'ready'
}

/**
 * When a slot counts as flapping. Circus: the flapping plugin, whose option names these are (`flapping.attempts`, ...).
 * There it stops the whole watcher, here one slot rests.
 */
export interface Flapping {
  /** Deaths within the window that make it flapping, >= 1. Circus: `attempts`, default 2. */
  readonly attempts: number
  /** Circus: `window` (s, default 1). */
  readonly windowMs: Milliseconds
  /** How long the slot rests. Circus: `retry_in` (s, default 7). */
  readonly retryInMs: Milliseconds
  /** Rests in a row after which the slot is given up; -1 = never. Circus: `max_retry`, default 5. */
  readonly maxRetry: number
}

/** Hooks whose end the state machines wait for. The shell runs the others by itself. Names are Circus'. */
export type GateHook = Extract<
  HookName,
  'before_start' | 'after_start' | 'after_spawn' | 'before_stop'
>

/**
 * What the state machines need to know of a watcher's options. The whole set of options
 * (command, environment, streams, ...) is `WatcherOptions` in `config/`, which extends this one.
 */
export interface WatcherPolicy {
  /** Unique among watchers when lower-cased. */
  readonly name: string
  /** Processes wanted, >= 0. Circus: `numprocesses`, default 1. */
  readonly numprocesses: number
  /** At most one process ever, also during a reload. Circus: `singleton`, default false. */
  readonly singleton: boolean
  /** Shortest time between two spawns of this watcher, >= 0. Circus: `warmup_delay` (s, default 0). */
  readonly warmupDelayMs: Milliseconds
  /** Started with the daemon and by bulk starts. Circus: `autostart`, default true. */
  readonly autostart: boolean
  /** Dead processes are replaced. Circus: `respawn`, default true. */
  readonly respawn: boolean
  /** Deaths before ready in a row, per slot, after which the slot is given up; -1 = never. Circus: `max_retry`, default 5. */
  readonly maxRetry: number
  /** First and longest pause before a slot whose process died before it was ready is tried again. Ours: `backoff`, default 1s..60s. */
  readonly backoff: { readonly minMs: Milliseconds; readonly maxMs: Milliseconds }
  /** Time between `stopSignal` and SIGKILL; 0 kills at once. Circus: `graceful_timeout` (s, default 30). */
  readonly gracefulTimeoutMs: Milliseconds
  /** Number of the polite stop signal. Circus: `stop_signal`, default SIGTERM. */
  readonly stopSignal: number
  /** The stop signal also goes to direct children. Circus: `stop_children`, default false. */
  readonly stopChildren: boolean
  /** A reload sends SIGHUP in place of replacing processes. Circus: `send_hup`, default false. */
  readonly sendHup: boolean
  /** Higher starts first. Circus: `priority`, default 0. */
  readonly priority: number
  /** Ours: `ready`, default auto. */
  readonly ready: Readiness
  /** Longest time a process may take to become ready, > 0. Ours: `ready_timeout` (s, default 60). */
  readonly readyTimeoutMs: Milliseconds
  /** Slots which a reload replaces at the same time, >= 1. Ours: `reload_batch`, default 1. */
  readonly reloadBatch: number
  /**
   * Processes beyond `numprocesses` which a reload may have alive, draining ones included, >= 1. Ours: `max_surge`.
   * null: as many as there are slots at that time, at least 1.
   */
  readonly maxSurge: number | null
  /** The watcher's processes inherit listening sockets, so `auto` readiness looks for a listener. */
  readonly hasSockets: boolean
  /** Age at which a ready process is replaced, successor first; 0 = never. Circus: `max_age` (s, default 0). */
  readonly maxAgeMs: Milliseconds
  /** Each process may get up to this much older, at random. Circus: `max_age_variance` (s, default 30). */
  readonly maxAgeVarianceMs: Milliseconds
  /** Started by the first connection to one of its sockets. Circus: `on_demand`, default false. */
  readonly onDemand: boolean
  /** Started after these, stopped before them. Ours: `depends_on`, default none. */
  readonly dependsOn: readonly Dependency[]
  /** The daemon stops when the watcher has stopped by itself, with its program's exit code. Ours: `essential`, default false. */
  readonly essential: boolean
  /** null: deaths of ready processes are followed by growing pauses, but nobody is given up. */
  readonly flapping: Flapping | null
  readonly gates: readonly GateHook[]
  /** A command asks a process to end in place of the stop signal. Ours: `stop_command`, default none. */
  readonly hasStopCommand: boolean
}
