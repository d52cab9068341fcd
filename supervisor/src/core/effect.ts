import type { JobId, JobOutcome } from './job.ts'

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
    }
  | { readonly name: 'kill'; readonly watcher: string; readonly pid: number }
  | { readonly name: 'start' | 'stop' | 'reload'; readonly watcher: string }

export type LogLevel = 'debug' | 'info' | 'warning' | 'error' | 'critical'

/** What the shell must do. It never answers directly: the outcome comes back as an event. */
export type Effect =
  | {
      readonly type: 'spawn'
      readonly process: ProcessRef
      readonly wid: number
      readonly generation: number
    }
  | {
      readonly type: 'signal'
      readonly process: ProcessRef
      readonly pid: number
      readonly signal: number
      /** Also to the direct children of the process. */
      readonly children: boolean
    }
  /** SIGKILL to the process and everything it has started. */
  | { readonly type: 'killTree'; readonly process: ProcessRef; readonly pid: number }
  /** The process itself is gone: end what it left in its process group. */
  | { readonly type: 'sweep'; readonly process: ProcessRef; readonly pid: number }
  /** No more readiness signs of this process are of interest. */
  | { readonly type: 'unwatch'; readonly process: ProcessRef }
  | { readonly type: 'announce'; readonly announcement: Announcement }
  | { readonly type: 'log'; readonly level: LogLevel; readonly message: string }
  | { readonly type: 'endJob'; readonly job: JobId; readonly outcome: JobOutcome }
  /** All is stopped: the daemon leaves. */
  | { readonly type: 'leave' }
