import type { ProcessRef } from '../core/effect.ts'
import type { ProcessIdentity } from '../os/procfs.ts'

/** What is known of a process of a watcher and of everything it has started. */
export interface Tree {
  readonly ref: ProcessRef
  readonly pid: number
  /** Of `pid`; undefined where the system does not tell. */
  readonly startTime: number | undefined
  /** In the environment of all who did not clear it. */
  readonly cookie: string
  /** Directory of its cgroup; null if there is none. */
  readonly cgroup: string | null
  /** Descendants that were seen, by `keyOf`; whoever is found to be dead leaves. */
  readonly members: Map<string, ProcessIdentity>
  /** Sessions in which somebody of it was seen. */
  readonly sessions: Set<number>
  /** Set when the process itself was reaped, and the rest of its tree is to end. */
  ending: Ending | null
}

export interface Ending {
  /** Called once, when nobody is left. */
  readonly done: () => void
  /** On the monotonic clock, in ms. */
  readonly since: number
  isReported: boolean
}

/** Names a process in a map. */
export function keyOf({ pid, startTime }: ProcessIdentity): string {
  return `${pid} ${startTime}`
}
