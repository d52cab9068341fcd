import type { Effect } from './effect.ts'
import type { Moment } from './moment.ts'
import type { Milliseconds, WatcherPolicy } from './policy.ts'
import {
  ignore,
  refTo,
  type Process,
  type ProcessInput,
  type ProcessStep,
} from './process-state.ts'
import { beginStop } from './process-stop.ts'

/** Time in which the death of a process may follow the end of its notify pipe, so that the better reason is told. */
const EXIT_AFTER_EOF_MS = 1_000

/** It has a pid. */
export function beginStarting(
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

/** There will be no process. */
export function endBeforeStart(process: Process, input: ProcessInput): ProcessStep {
  if (input.type !== 'spawnFailed') return ignore(process)
  const dead: Process = { ...process, is: 'dead', deadline: null }
  if (process.want !== 'up') return { process: dead, effects: [], news: { type: 'none' } }
  return {
    process: dead,
    effects: [],
    news: { type: 'startFailed', reason: input.reason, permanent: input.permanent },
  }
}

export function learnThatItSpeaks(process: Process): ProcessStep {
  return { process: { ...process, speaksNotify: true }, effects: [], news: { type: 'none' } }
}

export function becomeReady(
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
export function expectExit(
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

/** It has been starting for as long as it may: that is a success or a failure, by what there was to wait for. */
export function endStarting(
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

function inSeconds(ms: Milliseconds): string {
  return `${ms / 1_000} s`
}
