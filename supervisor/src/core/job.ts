import type { Milliseconds } from './policy.ts'

/** Names one job, unique in the life of a daemon: `17`, or `17/web` for the part of job 17 that concerns `web`. Only parts have a slash. */
export type JobId = string

/** What a client learns when its job has ended. Field names are those of the Circus replies. */
export interface JobResult {
  readonly started?: readonly number[]
  readonly stopped?: readonly number[]
  readonly kept?: readonly number[]
  readonly numprocesses?: number
}

export type JobOutcome =
  | { readonly ok: true; readonly result: JobResult }
  | { readonly ok: false; readonly reason: string }

/** A command on one watcher that takes time. Exactly one runs per watcher; others wait in its queue. */
export type Job =
  | { readonly kind: 'start'; readonly id: JobId }
  | { readonly kind: 'stop'; readonly id: JobId }
  | { readonly kind: 'restart'; readonly id: JobId }
  | { readonly kind: 'reload'; readonly id: JobId; readonly sequential: boolean }
  | { readonly kind: 'resize'; readonly id: JobId }

export type JobKind = Job['kind']

/** What a running job waits for: the old processes to end, the wanted ones to be ready, each slot to be taken over, the retired ones to drain. */
export type JobStep = 'stopping' | 'starting' | 'replacing' | 'draining'

/** A job that has begun, with what it has done so far. */
export interface RunningJob {
  readonly job: Job
  readonly step: JobStep
  readonly since: Milliseconds
  /** Processes of this generation or later are the job's work; older ones were there before. */
  readonly generation: number
  /** Pids that were spawned on behalf of the job. */
  readonly started: readonly number[]
  /** Pids that ended during the job. */
  readonly stopped: readonly number[]
  /** Pids that were alive when the job began. */
  readonly before: readonly number[]
}
