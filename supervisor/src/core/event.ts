import type { JobId } from './job.ts'
import type { ProcessRef } from './effect.ts'
import type { Milliseconds, WatcherPolicy } from './policy.ts'
import type { SignalTarget } from './signal-target.ts'

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
  /** The hook `before_spawn` said no: there is no process. */
  | { readonly type: 'spawnRefused'; readonly reason: string }
  /** The hook `after_spawn` has ended. */
  | { readonly type: 'hookEnded'; readonly isAllowed: boolean; readonly reason: string }
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
  /** After its exit: nobody of those it has started is left. */
  | { readonly type: 'cleared' }
  /** The stop command could not be run, or says that it has failed. */
  | { readonly type: 'stopCommandFailed'; readonly reason: string }

/** A command on one watcher. */
export type WatcherCommand =
  | { readonly kind: 'start' | 'stop' | 'restart'; readonly job: JobId }
  | { readonly kind: 'reload'; readonly job: JobId; readonly sequential: boolean }
  /** Wants another number of processes from now on; clamped at 0, and at 1 for a singleton. */
  | { readonly kind: 'resize'; readonly job: JobId; readonly change: Change }
  /** Has other options from now on. */
  | {
      readonly kind: 'change'
      readonly job: JobId
      readonly policy: WatcherPolicy
      /** Names of the options that differ, as they are published. */
      readonly keys: readonly string[]
      /** What runs has to be replaced to have the new options. */
      readonly reloads: boolean
    }
  /** Stops the watcher and forgets it; with `leavesProcesses` it is forgotten at once, and what it runs goes on alone. */
  | { readonly kind: 'remove'; readonly job: JobId; readonly leavesProcesses: boolean }
  | KillCommand
  | SignalCommand

/**
 * Stops processes of a watcher, now, whatever jobs it has; each is replaced when it has ended. The job ends when all have.
 * Circus docs: commands/kill.
 */
export interface KillCommand {
  readonly kind: 'kill'
  readonly job: JobId
  /** null: all of them. */
  readonly pid: number | null
  /** null: the stop signal of the watcher. */
  readonly signal: number | null
  /** null: that of the watcher. */
  readonly gracefulTimeoutMs: Milliseconds | null
}

/** Sends a signal, now. Circus docs: commands/signal. */
export interface SignalCommand {
  readonly kind: 'signal'
  readonly job: JobId
  /** null: to all processes of the watcher. */
  readonly pid: number | null
  readonly signal: number
  readonly to: SignalTarget
}

/** A number of processes, or how many more than are wanted when the command is taken. */
export type Change = { readonly to: number } | { readonly by: number }

/**
 * A command on several watchers, in the order which priority and dependencies give. A start includes what the watchers
 * depend on; of those with `onDemand` it only arms.
 */
export interface BulkCommand {
  readonly kind: 'start' | 'stop' | 'restart' | 'reload'
  readonly job: JobId
  readonly watchers: readonly string[]
  /** Pause between the starts of two watchers, in ms. */
  readonly warmupDelayMs: number
  readonly sequential: boolean
  /** The watchers were meant by name: a start really starts them, also those with `onDemand`. */
  readonly isExplicit: boolean
}

/** What the daemon is to run from now on. */
export interface Adoption {
  readonly policies: readonly WatcherPolicy[]
  /** Pause between the starts of two watchers, in ms. */
  readonly warmupDelayMs: number
}

/** Everything that can happen to the arbiter. */
export type ArbiterEvent =
  | {
      readonly type: 'addWatcher'
      readonly policy: WatcherPolicy
      /** Who asked for it; null: the configuration has it. */
      readonly request: { readonly job: JobId; readonly start: boolean } | null
    }
  /** Ends a job that waits in a queue, and a reload that is under way; what it has begun is undone. */
  | { readonly type: 'cancel'; readonly job: JobId; readonly target: JobId }
  | { readonly type: 'command'; readonly watcher: string; readonly command: WatcherCommand }
  | { readonly type: 'bulk'; readonly command: BulkCommand }
  | { readonly type: 'process'; readonly process: ProcessRef; readonly event: ProcessEvent }
  /** A hook for which a watcher waits has ended. `call` is that of the effect. */
  | {
      readonly type: 'hookEnded'
      readonly watcher: string
      readonly call: number
      readonly isAllowed: boolean
      readonly reason: string
    }
  /** A connection waits for a watcher that is started on demand. */
  | { readonly type: 'demand'; readonly watcher: string }
  /** Stop everything, take over the configuration as it is in the files now, start again. */
  | { readonly type: 'renew'; readonly job: JobId }
  /** The answer to `readConfiguration`: whether the files can be used. */
  | { readonly type: 'configurationRead'; readonly job: JobId; readonly failure: string | null }
  /** The answer to `adoptConfiguration`: what is to run now. On failure that is what ran before. */
  | {
      readonly type: 'configurationAdopted'
      readonly job: JobId
      readonly adoption: Adoption
      readonly failure: string | null
    }
  /** Time has passed: what was due by now is done. */
  | { readonly type: 'tick' }
  /** Stop everything, then leave. A second one hurries, a third one kills. */
  | { readonly type: 'quit'; readonly job: JobId }
