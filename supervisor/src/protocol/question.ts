import type { Milliseconds } from '../core/policy.ts'
import type { ProcessInfo } from './process-info.ts'

/** A process to look at. */
export interface Subject {
  readonly pid: number
  /** In clock ticks since boot, since the pid alone may soon mean another one; null if that is not known. */
  readonly startTime: number | null
  /** null for circusd itself. */
  readonly place: Place | null
}

/** What a process is to us. */
export interface Place {
  readonly watcher: string
  readonly wid: number
  /** On the clock of the deadlines in the state. */
  readonly spawnedAt: Milliseconds
  /** Whether the hook `extended_stats` of the watcher has a say. */
  readonly isExtended: boolean
}

/** What was found: the process, what a hook has made of it, or the words that say that it is gone. */
export type Finding = ProcessInfo | Readonly<Record<string, unknown>> | string

/** What a command must learn before it can be answered. */
export interface Question {
  readonly subjects: readonly Subject[]
  /** The fields of the reply. @param findings One for each subject, in their order. */
  answer(findings: readonly Finding[]): object
}
