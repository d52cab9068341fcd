import type { Effect } from '../../../supervisor/dist/core/effect.js'
import type { Milliseconds } from '../../../supervisor/dist/core/policy.js'
import type { Operation } from './operators.ts'
import type { Programs } from './programs.ts'

/** A hook that hangs is ended after this time, as a refusal. */
export const HOOK_MS = 5_000

/** The alarm of a busy machine goes off so late at most. */
export const LATE_MS = 20

/** A command that was given, as long as its job has not ended. */
export interface OpenJob {
  readonly operation: Operation
  readonly since: Milliseconds
  /** Time that the machine had slept by then. */
  readonly suspendedMs: Milliseconds
}

/** What the invariants may know of a world beside the steps: what is true, whatever the core thinks. */
export interface WorldView {
  readonly programs: Programs
  readonly openJobs: ReadonlyMap<string, OpenJob>
  /** Hooks that run and that a watcher may wait for, by watcher. */
  readonly gates: ReadonlyMap<string, Extract<Effect, { type: 'hook' }>>
  /** Watchers whose sockets are looked at. */
  readonly awaited: ReadonlySet<string>
  /** Times of the wishes to quit that came while the daemon was stopping. */
  readonly hurries: readonly Milliseconds[]
  /** How long the machine has slept so far, and when it woke up last. */
  readonly suspendedMs: Milliseconds
  readonly resumedAt: Milliseconds
  readonly steps: number
  /** When the core wants its next tick. */
  readonly wakeTime: Milliseconds | null
}
