import type { JobId, JobOutcome } from './job.ts'
import type { GateHook } from './policy.ts'
import type { SignalTarget } from './signal-target.ts'

/** Names one process for the core and the shell, also before it has a pid. `id` counts up per watcher. */
export interface ProcessRef {
  readonly watcher: string
  readonly id: number
}

/** Something that happened to a watcher, as Circus publishes it. The shell adds the wall-clock time. */
export type Announcement =
  | { readonly name: 'spawn'; readonly watcher: string; readonly pid: number }
  | {
      readonly name: 'reap'
      readonly watcher: string
      readonly pid: number
      /** The exit status, or the negative number of the signal that killed it. */
      readonly exitCode: number
      /** It had been asked to end. */
      readonly isExpected: boolean
    }
  /** SIGKILL was sent. Of other signals the shell tells, once they are sent: a hook may forbid them. */
  | { readonly name: 'kill'; readonly watcher: string; readonly pid: number }
  | {
      readonly name: 'start' | 'stop' | 'reload' | 'add' | 'remove' | 'updated'
      readonly watcher: string
    }
  /** A hook has answered, whatever it said. Told by the shell. */
  | { readonly name: 'hook_success'; readonly watcher: string; readonly hook: string }
  /** A hook has failed, or did not answer in time. Told by the shell. */
  | {
      readonly name: 'hook_failure'
      readonly watcher: string
      readonly hook: string
      readonly error: string
    }

export type LogLevel = 'debug' | 'info' | 'warning' | 'error' | 'critical'

/** What the shell must do. It never answers directly: the outcome comes back as an event. */
export type Effect =
  | {
      readonly type: 'spawn'
      readonly process: ProcessRef
      readonly wid: number
      readonly generation: number
    }
  /** The process is not wanted any more: if it was not spawned yet, it need not be. */
  | { readonly type: 'cancelSpawn'; readonly process: ProcessRef }
  | {
      readonly type: 'signal'
      readonly process: ProcessRef
      readonly pid: number
      readonly signal: number
      readonly to: SignalTarget | 'processAndChildren'
      /**
       * `stop`: it shall end the process; the hooks around a signal run, and `kill` is published when it was sent.
       * `command`: somebody wants it sent; the hooks run. `hangup`: the process shall read its files again.
       */
      readonly purpose: 'stop' | 'command' | 'hangup'
    }
  /** Runs the command that asks the process to end. */
  | { readonly type: 'stopCommand'; readonly process: ProcessRef; readonly pid: number }
  /** SIGKILL to the process and everything it has started. */
  | { readonly type: 'killTree'; readonly process: ProcessRef; readonly pid: number }
  /** The process itself is gone: end what it has left behind, then say `cleared`. */
  | { readonly type: 'sweep'; readonly process: ProcessRef; readonly pid: number }
  /** Runs a hook for which the watcher waits; `process` is given for `after_spawn`, whose end is told to that process. */
  | {
      readonly type: 'hook'
      readonly hook: GateHook
      readonly watcher: string
      readonly call: number
      readonly process: { readonly ref: ProcessRef; readonly pid: number } | null
    }
  /** From now on `demand` is told, once, when a connection waits at one of the watcher's sockets. */
  | { readonly type: 'awaitDemand'; readonly watcher: string }
  | { readonly type: 'ignoreDemand'; readonly watcher: string }
  /** The watcher exists no more. */
  | { readonly type: 'forget'; readonly watcher: string }
  /** The process is left to itself. */
  | { readonly type: 'release'; readonly process: ProcessRef; readonly pid: number }
  | { readonly type: 'readConfiguration'; readonly job: JobId }
  /** Nothing runs: sockets and streams are changed to those of the configuration that was read for the job. */
  | { readonly type: 'adoptConfiguration'; readonly job: JobId }
  /** No more readiness signs of this process are of interest. */
  | { readonly type: 'unwatch'; readonly process: ProcessRef }
  | { readonly type: 'announce'; readonly announcement: Announcement }
  | {
      readonly type: 'log'
      readonly level: LogLevel
      readonly message: string
      /** The one it is about; null: about none or many. */
      readonly watcher: string | null
    }
  | { readonly type: 'endJob'; readonly job: JobId; readonly outcome: JobOutcome }
  /** All is stopped: the daemon leaves, with this exit code. */
  | { readonly type: 'leave'; readonly exitCode: number }
