import type { JobId } from './job.ts'
import type { ProcessRef } from './effect.ts'
import type { WatcherPolicy } from './policy.ts'

/** Something that happened to one process, told by the shell. */
export type ProcessEvent =
  | {
      readonly type: 'spawned'
      readonly pid: number
      /** Start time of the pid as the system counts it; with the pid it names the process for ever. */
      readonly startTime: number | null
    }
  | {
      readonly type: 'spawnFailed'
      readonly reason: string
      /** Trying again cannot help unless somebody repairs something: program missing, not executable. */
      readonly permanent: boolean
    }
  /** A first line came over the notify pipe: the program speaks the readiness protocol. */
  | { readonly type: 'notified' }
  | { readonly type: 'ready' }
  /** The notify pipe was closed by the program. */
  | { readonly type: 'notifyClosed' }
  | {
      readonly type: 'exited'
      /** The exit status, or the negative number of the signal. */
      readonly exitCode: number
    }

/** A command on one watcher. */
export type WatcherCommand =
  | { readonly kind: 'start' | 'stop' | 'restart'; readonly job: JobId }
  | { readonly kind: 'reload'; readonly job: JobId; readonly sequential: boolean }
  /** Wants `numprocesses` processes from now on; clamped at 0, and at 1 for a singleton. */
  | { readonly kind: 'resize'; readonly job: JobId; readonly numprocesses: number }

/** A command on several watchers, in the order which priority gives. */
export interface BulkCommand {
  readonly kind: 'start' | 'stop' | 'restart' | 'reload'
  readonly job: JobId
  readonly watchers: readonly string[]
  /** Pause between the starts of two watchers, in ms. */
  readonly warmupDelayMs: number
  readonly sequential: boolean
}

/** Everything that can happen to the arbiter. */
export type ArbiterEvent =
  | { readonly type: 'addWatcher'; readonly policy: WatcherPolicy }
  | { readonly type: 'command'; readonly watcher: string; readonly command: WatcherCommand }
  | { readonly type: 'bulk'; readonly command: BulkCommand }
  | { readonly type: 'process'; readonly process: ProcessRef; readonly event: ProcessEvent }
  /** Time has passed: what was due by now is done. */
  | { readonly type: 'tick' }
  /** Stop everything, then leave. A second one hurries, a third one kills. */
  | { readonly type: 'quit'; readonly job: JobId }
