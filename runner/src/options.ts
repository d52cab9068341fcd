import type { Interface } from '@bigtop/adapters'

/** What `--orphan` says about a runner whose supervisor died: finish and leave, or go on serving. */
export type OrphanPolicy = 'drain' | 'stay'

/** Everything the command line can say. Spelling, units and defaults of the flags: `usage.ts`. */
export interface Options {
  /** A file, a directory or a package, as written. */
  readonly app: string
  /** The export to serve, a dotted path. */
  readonly attr: string | undefined
  /** What the application sees behind its own path in `process.argv`. */
  readonly appArguments: readonly string[]
  readonly fd: number
  /** Default: the backlog of the socket in CIRCUS_SOCKETS, else 2048. */
  readonly backlog: number | undefined
  readonly chdir: string | undefined
  readonly interface: Interface
  readonly loadTimeoutMs: number
  readonly drainTimeoutMs: number
  readonly freshGraceMs: number
  /** Default: as long as Node keeps an idle connection, at most 10 s and Node's own buffer. */
  readonly idleGraceMs: number | undefined
  readonly fastTimeoutMs: number
  /** Default: what the application's server or Node says. */
  readonly keepAliveTimeoutMs: number | undefined
  readonly orphan: OrphanPolicy
}
