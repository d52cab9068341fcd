import type { Flapping, GateHook, WatcherPolicy } from '../core/policy.ts'
import type { Environment } from './environment.ts'
import type { HookOptions } from './hook-options.ts'
import type { OptionsOf } from './option-row.ts'
import type { circusTable, socketTable, streamTable, watcherTable } from './option-table.ts'
import type { Place } from './problem.ts'
import type { ResourceLimit } from './resource-limits.ts'
import type { Written } from './written.ts'

/** `[circus]`. */
export type CircusOptions = OptionsOf<typeof circusTable>

/** `[socket:NAME]`. With a `path` the family is AF_UNIX, and host and port have no meaning. */
export type SocketOptions = OptionsOf<typeof socketTable> & {
  /** Unique, in lower case. */
  readonly name: string
  /** Where its section begins. */
  readonly source: Place
}

/** `stdout_stream.*` or `stderr_stream.*`. */
export type StreamOptions = OptionsOf<typeof streamTable>

/** `[watcher:NAME]`: what the table has, and what follows from it and from other sections. */
export type WatcherOptions = Conforming<
  WatcherPolicy,
  OptionsOf<typeof watcherTable> & {
    /** Null: none is configured, and the output goes where circusd's goes. */
    readonly stdoutStream: StreamOptions | null
    readonly stderrStream: StreamOptions | null
    /** The whole environment of its processes, apart from what each spawn adds. */
    readonly env: Environment
    /** Names of the sockets its processes inherit, in the order of their fds. */
    readonly sockets: readonly string[]
    /** There are such, or there is a `stdinSocket`. */
    readonly hasSockets: boolean
    /** Null: none of `flapping.*` is given, or `flapping.active` is false. */
    readonly flapping: Flapping | null
    readonly rlimits: readonly ResourceLimit[]
    readonly hooks: readonly HookOptions[]
    /** Those of `hooks` whose end the state machines wait for. */
    readonly gates: readonly GateHook[]
    readonly hasStopCommand: boolean
    /** Options as written which no table has, such as those which plugins read, and those of flapping, which a plugin reads too. */
    readonly extra: Readonly<Record<string, string>>
    /** Where its section begins. */
    readonly source: Place
    readonly written: Written
  }
>

/** `Type`; does not compile if it lacks something of `Base`. */
type Conforming<Base, Type extends Base> = Type
