import type { Effect } from './effect.ts'
import type { Moment } from './moment.ts'
import type { Milliseconds, WatcherPolicy } from './policy.ts'
import {
  ignore,
  refTo,
  type Process,
  type ProcessInput,
  type ProcessNews,
  type ProcessStep,
} from './process-state.ts'

/** Number of SIGKILL on every system that Node runs on. */
const SIGKILL = 9

/** Time which an impatient operator leaves a stopping process. */
export const HURRY_MS = 2_000

/** Time after which SIGKILL is sent again to a process that the kernel has not ended yet. */
const KILL_AGAIN_MS = 5_000

/** Notes what is wanted of a process that has been told already. */
export function wish(process: Process, input: ProcessInput): ProcessStep {
  if (input.type !== 'stop') return ignore(process)
  return { process: { ...process, want: input.want }, effects: [], news: { type: 'none' } }
}

/** It cannot be hurried yet. */
export function rememberHaste(process: Process, input: ProcessInput): ProcessStep {
  if (input.type !== 'hurry' || process.want === 'up') return ignore(process)
  return { process: { ...process, haste: input.how }, effects: [], news: { type: 'none' } }
}

/** It cannot be told yet; perhaps it need not even be spawned. */
export function cancelSpawn(
  process: Process,
  input: ProcessInput,
  policy: WatcherPolicy,
): ProcessStep {
  const effects = [{ type: 'cancelSpawn', process: refTo(process, policy) } as const]
  return { ...wish(process, input), effects }
}

/** The polite request, and a deadline behind it. */
export function beginStop(
  process: Process,
  input: ProcessInput,
  policy: WatcherPolicy,
  moment: Moment,
): ProcessStep {
  if (input.type !== 'stop') return ignore(process)
  return request({ ...process, want: input.want }, policy.gracefulTimeoutMs, policy, moment)
}

/** The same, though its slot is wanted, and with a signal and a time of somebody's choice. */
export function beginKill(
  process: Process,
  input: ProcessInput,
  policy: WatcherPolicy,
  moment: Moment,
): ProcessStep {
  if (input.type !== 'kill') return ignore(process)
  const its = input.signal === null ? {} : { stopSignal: input.signal, hasStopCommand: false }
  const patience = input.gracefulTimeoutMs ?? policy.gracefulTimeoutMs
  return request(process, patience, { ...policy, ...its }, moment)
}

function request(
  process: Process,
  patience: Milliseconds,
  policy: WatcherPolicy,
  moment: Moment,
): ProcessStep {
  if (process.pid === null) return ignore(process)
  const stopping: Process = {
    ...process,
    is: 'stopping',
    sent: { what: policy.hasStopCommand ? 'command' : policy.stopSignal, hurried: false },
    deadline: moment.now + patience,
  }
  const unwatch: Effect = { type: 'unwatch', process: refTo(process, policy) }
  const wish: Effect = policy.hasStopCommand
    ? { type: 'stopCommand', process: refTo(process, policy), pid: process.pid }
    : stopSignal(process, process.pid, policy)
  const effects = [unwatch, wish]
  if (patience > 0) return { process: stopping, effects, news: { type: 'none' } }
  const killed = kill(stopping, { type: 'due' }, policy, moment)
  return { ...killed, effects: [...effects, ...killed.effects] }
}

/** What the stop command could not do, the stop signal may. */
export function signalInstead(
  process: Process,
  input: ProcessInput,
  policy: WatcherPolicy,
): ProcessStep {
  if (input.type !== 'stopCommandFailed' || process.pid === null) return ignore(process)
  if (process.sent?.what !== 'command') return ignore(process)
  const message = `${policy.name}: stop_command for process ${process.pid} failed: ${input.reason}; it gets its stop signal`
  return {
    process: { ...process, sent: { ...process.sent, what: policy.stopSignal } },
    effects: [
      { type: 'log', level: 'warning', message, watcher: policy.name },
      stopSignal(process, process.pid, policy),
    ],
    news: { type: 'none' },
  }
}

/** Whoever is ending has little time left, or none. */
export function hurryStop(
  process: Process,
  input: ProcessInput,
  policy: WatcherPolicy,
  moment: Moment,
): ProcessStep {
  const { pid, sent } = process
  if (input.type !== 'hurry' || pid === null || sent === null) return ignore(process)
  const isRepeated = input.how === 'repeat'
  const isKilled = sent.what === SIGKILL
  // Its time was over at once: there is nothing to hurry.
  const isJustKilled =
    policy.gracefulTimeoutMs === 0 && process.deadline === moment.now + KILL_AGAIN_MS
  if (isKilled && isJustKilled) return ignore(process)
  if (input.how === 'kill' || isKilled) return kill(process, input, policy, moment)
  const soon = moment.now + HURRY_MS
  return {
    process: {
      ...process,
      sent: { what: isRepeated ? policy.stopSignal : sent.what, hurried: true },
      deadline: process.deadline === null ? soon : Math.min(process.deadline, soon),
    },
    effects: isRepeated ? [stopSignal(process, pid, policy)] : [],
    news: { type: 'none' },
  }
}

function stopSignal(process: Process, pid: number, policy: WatcherPolicy): Effect {
  return {
    type: 'signal',
    process: refTo(process, policy),
    pid,
    signal: policy.stopSignal,
    to: policy.stopChildren ? 'processAndChildren' : 'process',
    purpose: 'stop',
  }
}

/** SIGKILL to it and all it has started, again and again until it is gone. */
export function kill(
  process: Process,
  _input: ProcessInput,
  policy: WatcherPolicy,
  moment: Moment,
): ProcessStep {
  if (process.pid === null) return ignore(process)
  return {
    process: {
      ...process,
      sent: { what: SIGKILL, hurried: true },
      deadline: moment.now + KILL_AGAIN_MS,
    },
    effects: [
      { type: 'killTree', process: refTo(process, policy), pid: process.pid },
      { type: 'announce', announcement: { name: 'kill', watcher: policy.name, pid: process.pid } },
    ],
    news: { type: 'none' },
  }
}

/** It is gone, and gives way to whoever comes next; what it has started may still be there. */
export function end(process: Process, input: ProcessInput, policy: WatcherPolicy): ProcessStep {
  if (input.type !== 'exited' || process.pid === null) return ignore(process)
  const { exitCode } = input
  const announcement = {
    name: 'reap',
    watcher: policy.name,
    pid: process.pid,
    exitCode,
    isExpected: process.want !== 'up' || process.is === 'stopping',
  } as const
  return {
    process: {
      ...process,
      is: 'clearing',
      want: process.want === 'up' ? 'retired' : process.want,
      deadline: null,
    },
    effects: [
      { type: 'sweep', process: refTo(process, policy), pid: process.pid },
      { type: 'announce', announcement },
    ],
    news: newsOfEnd(process, process.pid, exitCode, policy),
  }
}

/** Nobody of its tree is left. */
export function bury(process: Process): ProcessStep {
  return { process: { ...process, is: 'dead' }, effects: [], news: { type: 'none' } }
}

function newsOfEnd(
  process: Process,
  pid: number,
  exitCode: number,
  { respawn, onDemand }: WatcherPolicy,
): ProcessNews {
  if (process.want !== 'up') return { type: 'none' }
  if (process.is === 'stopping') return { type: 'killed' }
  // Who is not to run for ever may have done its work before anybody saw that it was ready.
  const isDone = exitCode === 0 && (!respawn || onDemand) && !process.awaitsHook
  if (process.readyAt !== null || isDone) return { type: 'died', exitCode }
  const reason = `process ${pid} ${describeExit(exitCode)} before it was ready`
  return { type: 'startFailed', reason, permanent: false }
}

/** How a process ended, in words: `exited with code 3` or `was killed by signal 9`. */
export function describeExit(exitCode: number): string {
  return exitCode >= 0 ? `exited with code ${exitCode}` : `was killed by signal ${-exitCode}`
}
