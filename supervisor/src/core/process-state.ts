import type { Effect, ProcessRef } from './effect.ts'
import type { ProcessEvent } from './event.ts'
import type { Moment } from './moment.ts'
import type { Milliseconds, WatcherPolicy } from './policy.ts'

/** What a process is. `clearing`: it was reaped, and what it has started is being ended; it has no pid to signal. */
export type ProcessStatus = 'spawning' | 'starting' | 'ready' | 'stopping' | 'clearing' | 'dead'

/** What is wanted of a process: to serve, to end with its watcher, or to make room for a successor or a smaller number. */
export type ProcessWant = 'up' | 'down' | 'retired'

/** One process of a watcher: what it is, what is wanted of it and what was sent to it are three facts. */
export interface Process {
  readonly id: number
  readonly wid: number
  readonly generation: number
  /** null until the spawn succeeded. */
  readonly pid: number | null
  readonly startTime: number | null
  readonly is: ProcessStatus
  readonly want: ProcessWant
  /** What was sent last to end it: a signal or the stop command. `hurried`: somebody was impatient. */
  readonly sent: { readonly what: number | 'command'; readonly hurried: boolean } | null
  /** How impatient somebody was before there was a pid to signal. */
  readonly haste: Haste | null
  readonly spawnedAt: Milliseconds
  /** null until it was ready. */
  readonly readyAt: Milliseconds | null
  /** Whether the hook `after_spawn` still has to agree. Until then it is not ready. */
  readonly awaitsHook: boolean
  /** It would be ready, were it not for the hook. */
  readonly hasShownReady: boolean
  /** 0 <= lot < 1: drawn at birth, decides how much older than `max_age` it may get. */
  readonly lot: number
  readonly speaksNotify: boolean
  readonly notifyClosed: boolean
  /** Without any sign to wait for, it counts as ready when it has lived this long. */
  readonly assumeReadyAfterMs: Milliseconds
  /** When its present state has lasted too long, or long enough. */
  readonly deadline: Milliseconds | null
}

/** How a process that ends is hurried: by its signal again and a short deadline, by the deadline alone, by SIGKILL. */
export type Haste = 'repeat' | 'shorten' | 'kill'

/** What can happen to a process: told by the shell, or wished by its watcher. */
export type ProcessInput =
  | ProcessEvent
  | { readonly type: 'stop'; readonly want: 'down' | 'retired' }
  | { readonly type: 'hurry'; readonly how: Haste }
  /** Somebody ends it though its slot is wanted: see `KillCommand`. */
  | {
      readonly type: 'kill'
      readonly signal: number | null
      readonly gracefulTimeoutMs: Milliseconds | null
    }
  | { readonly type: 'due' }

/** What its watcher has to know of a step. */
export type ProcessNews =
  | { readonly type: 'becameReady' }
  | { readonly type: 'startFailed'; readonly reason: string; readonly permanent: boolean }
  /** A hook does not want it, which in Circus is an end for the whole watcher. */
  | { readonly type: 'refused'; readonly reason: string }
  /** It had been ready and nobody had asked it to end. */
  | { readonly type: 'died'; readonly exitCode: number }
  /** It has ended because somebody wanted it to, and its slot is wanted. */
  | { readonly type: 'killed' }
  | { readonly type: 'none' }

export interface ProcessStep {
  readonly process: Process
  readonly effects: readonly Effect[]
  readonly news: ProcessNews
}

/** What one state does with one input. */
export type Transition = (
  process: Process,
  input: ProcessInput,
  policy: WatcherPolicy,
  moment: Moment,
) => ProcessStep

/** A process that is about to be spawned. */
export function newProcess(identity: {
  readonly id: number
  readonly wid: number
  readonly generation: number
  readonly moment: Moment
  readonly assumeReadyAfterMs: Milliseconds
}): Process {
  return {
    id: identity.id,
    wid: identity.wid,
    generation: identity.generation,
    pid: null,
    startTime: null,
    is: 'spawning',
    want: 'up',
    sent: null,
    haste: null,
    spawnedAt: identity.moment.now,
    readyAt: null,
    awaitsHook: false,
    hasShownReady: false,
    lot: identity.moment.chance,
    speaksNotify: false,
    notifyClosed: false,
    assumeReadyAfterMs: identity.assumeReadyAfterMs,
    deadline: null,
  }
}

/** Whether `due` must be given to the process now. */
export function isDue(process: Process, now: Milliseconds): boolean {
  return process.deadline !== null && process.deadline <= now
}

/** Nothing changes. */
export function ignore(process: Process): ProcessStep {
  return { process, effects: [], news: { type: 'none' } }
}

/** The name by which the shell knows the process. */
export function refTo(process: Process, policy: WatcherPolicy): ProcessRef {
  return { watcher: policy.name, id: process.id }
}

/** Whether it exists for the system: it has a pid that is not reaped. */
export function isLiving(process: Process): boolean {
  return process.pid !== null && process.is !== 'clearing'
}
