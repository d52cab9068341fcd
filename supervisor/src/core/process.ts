import type { Effect, ProcessRef } from './effect.ts'
import type { ProcessEvent } from './event.ts'
import type { Moment } from './moment.ts'
import type { Milliseconds, WatcherPolicy } from './policy.ts'

/** What a process is. */
export type ProcessStatus = 'spawning' | 'starting' | 'ready' | 'stopping' | 'dead'

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
  /** The last signal that was sent to end it. `hurried` counts the impatient repetitions. */
  readonly sent: { readonly signal: number; readonly hurried: boolean } | null
  readonly spawnedAt: Milliseconds
  /** null until it was ready. */
  readonly readyAt: Milliseconds | null
  readonly speaksNotify: boolean
  readonly notifyClosed: boolean
  /** Without any sign to wait for, it counts as ready when it has lived this long. */
  readonly assumeReadyAfterMs: Milliseconds
  /** When its present state has lasted too long, or long enough. */
  readonly deadline: Milliseconds | null
}

/** What can happen to a process: told by the shell, or wished by its watcher. */
export type ProcessInput =
  | ProcessEvent
  | { readonly type: 'stop'; readonly want: 'down' | 'retired' }
  | { readonly type: 'hurry' }
  | { readonly type: 'due' }

/** What its watcher has to know of a step. */
export type ProcessNews =
  | { readonly type: 'becameReady' }
  | { readonly type: 'startFailed'; readonly reason: string; readonly permanent: boolean }
  /** It had been ready and nobody had asked it to end. */
  | { readonly type: 'died'; readonly exitCode: number }
  | { readonly type: 'none' }

export interface ProcessStep {
  readonly process: Process
  readonly effects: readonly Effect[]
  readonly news: ProcessNews
}

/** Number of SIGKILL on every system that Node runs on. */
const SIGKILL = 9

/** Time in which the death of a process may follow the end of its notify pipe, so that the better reason is told. */
const EXIT_AFTER_EOF_MS = 1_000

/** Time which an impatient operator leaves a stopping process. */
export const HURRY_MS = 2_000

/** Time after which SIGKILL is sent again to a process that the kernel has not ended yet. */
const KILL_AGAIN_MS = 5_000

type Transition = (
  process: Process,
  input: ProcessInput,
  policy: WatcherPolicy,
  moment: Moment,
) => ProcessStep

/** Every state meets every input: a missing cell does not compile, and `ignore` is a decision. */
const transitions: Record<ProcessStatus, Record<ProcessInput['type'], Transition>> = {
  spawning: {
    spawned: beginStarting,
    spawnFailed: endBeforeStart,
    notified: ignore,
    ready: ignore,
    notifyClosed: ignore,
    exited: ignore,
    stop: wish,
    hurry: ignore,
    due: ignore,
  },
  starting: {
    spawned: ignore,
    spawnFailed: ignore,
    notified: learnThatItSpeaks,
    ready: becomeReady,
    notifyClosed: expectExit,
    exited: end,
    stop: beginStop,
    hurry: ignore,
    due: endStarting,
  },
  ready: {
    spawned: ignore,
    spawnFailed: ignore,
    notified: ignore,
    ready: ignore,
    notifyClosed: ignore,
    exited: end,
    stop: beginStop,
    hurry: ignore,
    due: ignore,
  },
  stopping: {
    spawned: ignore,
    spawnFailed: ignore,
    notified: ignore,
    ready: ignore,
    notifyClosed: ignore,
    exited: end,
    stop: wish,
    hurry: hurryStop,
    due: kill,
  },
  dead: {
    spawned: ignore,
    spawnFailed: ignore,
    notified: ignore,
    ready: ignore,
    notifyClosed: ignore,
    exited: ignore,
    stop: ignore,
    hurry: ignore,
    due: ignore,
  },
}

/** A process that is about to be spawned. */
export function newProcess(identity: {
  readonly id: number
  readonly wid: number
  readonly generation: number
  readonly now: Milliseconds
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
    spawnedAt: identity.now,
    readyAt: null,
    speaksNotify: false,
    notifyClosed: false,
    assumeReadyAfterMs: identity.assumeReadyAfterMs,
    deadline: null,
  }
}

/** The one way in which a process changes. */
export function stepProcess(
  process: Process,
  input: ProcessInput,
  policy: WatcherPolicy,
  moment: Moment,
): ProcessStep {
  return transitions[process.is][input.type](process, input, policy, moment)
}

/** Whether `due` must be given to the process now. */
export function isDue(process: Process, now: Milliseconds): boolean {
  return process.deadline !== null && process.deadline <= now
}

function ignore(process: Process): ProcessStep {
  return { process, effects: [], news: { type: 'none' } }
}

function beginStarting(
  process: Process,
  input: ProcessInput,
  policy: WatcherPolicy,
  moment: Moment,
): ProcessStep {
  if (input.type !== 'spawned') return ignore(process)
  const born: Process = {
    ...process,
    is: 'starting',
    pid: input.pid,
    startTime: input.startTime,
    spawnedAt: moment.now,
  }
  const announce: Effect = {
    type: 'announce',
    announcement: { name: 'spawn', watcher: policy.name, pid: input.pid },
  }
  if (born.want !== 'up') {
    const stop = beginStop(born, { type: 'stop', want: born.want }, policy, moment)
    return { ...stop, effects: [announce, ...stop.effects] }
  }
  const patience = readyPatience(born, policy)
  if (patience === 0) {
    const ready = becomeReady(born, input, policy, moment)
    return { ...ready, effects: [announce, ...ready.effects] }
  }
  return {
    process: { ...born, deadline: moment.now + patience },
    effects: [announce],
    news: { type: 'none' },
  }
}

/** How long a process may stay `starting`. Whether that is then a success or a failure says `isReadyByPatience`. */
function readyPatience(process: Process, policy: WatcherPolicy): Milliseconds {
  switch (policy.ready.kind) {
    case 'none':
      return 0
    case 'delay':
      return policy.ready.delayMs
    case 'auto':
      return policy.hasSockets ? policy.readyTimeoutMs : process.assumeReadyAfterMs
    case 'notify':
    case 'listen':
      return policy.readyTimeoutMs
  }
}

function isReadyByPatience(process: Process, policy: WatcherPolicy): boolean {
  if (process.notifyClosed) return false
  switch (policy.ready.kind) {
    case 'none':
    case 'delay':
      return true
    case 'auto':
      // A program that has spoken the protocol once will say READY=1: its silence means something.
      return !policy.hasSockets || !process.speaksNotify
    case 'notify':
    case 'listen':
      return false
  }
}

function endBeforeStart(process: Process, input: ProcessInput): ProcessStep {
  if (input.type !== 'spawnFailed') return ignore(process)
  const dead: Process = { ...process, is: 'dead', deadline: null }
  if (process.want !== 'up') return { process: dead, effects: [], news: { type: 'none' } }
  return {
    process: dead,
    effects: [],
    news: { type: 'startFailed', reason: input.reason, permanent: input.permanent },
  }
}

function learnThatItSpeaks(process: Process): ProcessStep {
  return { process: { ...process, speaksNotify: true }, effects: [], news: { type: 'none' } }
}

function becomeReady(
  process: Process,
  _input: ProcessInput,
  policy: WatcherPolicy,
  moment: Moment,
): ProcessStep {
  return {
    process: { ...process, is: 'ready', readyAt: moment.now, deadline: null },
    effects: [{ type: 'unwatch', process: refTo(process, policy) }],
    news: { type: 'becameReady' },
  }
}

/** The pipe also ends when the program dies: that death tells more, so it gets a moment to be seen. */
function expectExit(
  process: Process,
  _input: ProcessInput,
  policy: WatcherPolicy,
  moment: Moment,
): ProcessStep {
  const mustSpeak = policy.ready.kind === 'notify' || process.speaksNotify
  if (!mustSpeak) return ignore(process)
  const soon = moment.now + EXIT_AFTER_EOF_MS
  const deadline = process.deadline === null ? soon : Math.min(process.deadline, soon)
  return {
    process: { ...process, notifyClosed: true, deadline },
    effects: [],
    news: { type: 'none' },
  }
}

function endStarting(
  process: Process,
  input: ProcessInput,
  policy: WatcherPolicy,
  moment: Moment,
): ProcessStep {
  if (isReadyByPatience(process, policy)) {
    const step = becomeReady(process, input, policy, moment)
    if (!policy.hasSockets || policy.ready.kind !== 'auto') return step
    const message = `${policy.name}: process ${process.pid} gave no sign of readiness within ${inSeconds(policy.readyTimeoutMs)} (ready_timeout) but is alive, so it counts as ready; set "ready" to say what to wait for`
    return { ...step, effects: [...step.effects, { type: 'log', level: 'warning', message }] }
  }
  const reason = process.notifyClosed
    ? `process ${process.pid} closed its notify pipe before it was ready`
    : `process ${process.pid} did not get ready within ${inSeconds(policy.readyTimeoutMs)} (ready_timeout)`
  const stop = beginStop(process, { type: 'stop', want: 'retired' }, policy, moment)
  return { ...stop, news: { type: 'startFailed', reason, permanent: false } }
}

/** Notes what is wanted of a process that cannot be told yet, or has been told already. */
function wish(process: Process, input: ProcessInput): ProcessStep {
  if (input.type !== 'stop') return ignore(process)
  return { process: { ...process, want: input.want }, effects: [], news: { type: 'none' } }
}

function beginStop(
  process: Process,
  input: ProcessInput,
  policy: WatcherPolicy,
  moment: Moment,
): ProcessStep {
  if (input.type !== 'stop' || process.pid === null) return ignore(process)
  const stopping: Process = {
    ...process,
    is: 'stopping',
    want: input.want,
    sent: { signal: policy.stopSignal, hurried: false },
    deadline: moment.now + policy.gracefulTimeoutMs,
  }
  const effects = [
    { type: 'unwatch', process: refTo(process, policy) } as const,
    ...stopSignal(process, process.pid, policy),
  ]
  if (policy.gracefulTimeoutMs > 0) return { process: stopping, effects, news: { type: 'none' } }
  const killed = kill(stopping, { type: 'due' }, policy, moment)
  return { ...killed, effects: [...effects, ...killed.effects] }
}

function hurryStop(
  process: Process,
  input: ProcessInput,
  policy: WatcherPolicy,
  moment: Moment,
): ProcessStep {
  if (process.pid === null || process.sent === null) return ignore(process)
  if (process.sent.hurried || process.sent.signal === SIGKILL) {
    return kill(process, input, policy, moment)
  }
  const soon = moment.now + HURRY_MS
  return {
    process: {
      ...process,
      sent: { signal: policy.stopSignal, hurried: true },
      deadline: process.deadline === null ? soon : Math.min(process.deadline, soon),
    },
    effects: stopSignal(process, process.pid, policy),
    news: { type: 'none' },
  }
}

function stopSignal(process: Process, pid: number, policy: WatcherPolicy): readonly Effect[] {
  return [
    {
      type: 'signal',
      process: refTo(process, policy),
      pid,
      signal: policy.stopSignal,
      children: policy.stopChildren,
    },
    { type: 'announce', announcement: { name: 'kill', watcher: policy.name, pid } },
  ]
}

function kill(
  process: Process,
  _input: ProcessInput,
  policy: WatcherPolicy,
  moment: Moment,
): ProcessStep {
  if (process.pid === null) return ignore(process)
  return {
    process: {
      ...process,
      sent: { signal: SIGKILL, hurried: true },
      deadline: moment.now + KILL_AGAIN_MS,
    },
    effects: [
      { type: 'killTree', process: refTo(process, policy), pid: process.pid },
      { type: 'announce', announcement: { name: 'kill', watcher: policy.name, pid: process.pid } },
    ],
    news: { type: 'none' },
  }
}

function end(process: Process, input: ProcessInput, policy: WatcherPolicy): ProcessStep {
  if (input.type !== 'exited' || process.pid === null) return ignore(process)
  const { exitCode } = input
  const announcement = {
    name: 'reap',
    watcher: policy.name,
    pid: process.pid,
    exitCode,
  } as const
  return {
    process: { ...process, is: 'dead', deadline: null },
    effects: [
      { type: 'sweep', process: refTo(process, policy), pid: process.pid },
      { type: 'announce', announcement },
    ],
    news: newsOfEnd(process, process.pid, exitCode),
  }
}

function newsOfEnd(process: Process, pid: number, exitCode: number): ProcessNews {
  if (process.want !== 'up') return { type: 'none' }
  if (process.readyAt !== null) return { type: 'died', exitCode }
  const reason = `process ${pid} ${describeExit(exitCode)} before it was ready`
  return { type: 'startFailed', reason, permanent: false }
}

/** How a process ended, in words: `exited with code 3` or `was killed by signal 9`. */
export function describeExit(exitCode: number): string {
  return exitCode >= 0 ? `exited with code ${exitCode}` : `was killed by signal ${-exitCode}`
}

function refTo(process: Process, policy: WatcherPolicy): ProcessRef {
  return { watcher: policy.name, id: process.id }
}

function inSeconds(ms: Milliseconds): string {
  return `${ms / 1_000} s`
}
