import type { Arbiter } from '../core/arbiter-state.ts'
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
}
