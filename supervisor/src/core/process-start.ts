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
import { beginStop, hurryStop } from './process-stop.ts'

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
  if (born.want !== 'up') return after([announce], stopNewborn(born, born.want, policy, moment))
  const asked = askHook(born, input.pid, policy)
  const effects = [announce, ...asked.effects]
  const patience = readyPatience(asked.process, policy)
  if (patience === 0) return after(effects, becomeReady(asked.process, input, policy, moment))
  const starting: Process = { ...asked.process, deadline: moment.now + patience }
  return { process: starting, effects, news: { type: 'none' } }
}

/** Nobody wants it any more, and somebody may be in a hurry. */
function stopNewborn(
  born: Process,
  want: 'down' | 'retired',
  policy: WatcherPolicy,
  moment: Moment,
): ProcessStep {
  const stop = beginStop(born, { type: 'stop', want }, policy, moment)
  if (born.haste === null) return stop
  const how = born.haste === 'kill' ? 'kill' : 'shorten'
  return after(stop.effects, hurryStop(stop.process, { type: 'hurry', how }, policy, moment))
}

function askHook(
  process: Process,
  pid: number,
  policy: WatcherPolicy,
): { readonly process: Process; readonly effects: readonly Effect[] } {
  if (!policy.gates.includes('after_spawn')) return { process, effects: [] }
  const hook: Effect = {
    type: 'hook',
    hook: 'after_spawn',
    watcher: policy.name,
    call: process.id,
    process: { ref: refTo(process, policy), pid },
  }
  return { process: { ...process, awaitsHook: true }, effects: [hook] }
}

function after(effects: readonly Effect[], step: ProcessStep): ProcessStep {
  return { ...step, effects: [...effects, ...step.effects] }
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
  const dead: Process = { ...process, is: 'dead', deadline: null }
  if (process.want !== 'up') return { process: dead, effects: [], news: { type: 'none' } }
  if (input.type === 'spawnFailed') {
    const { reason, permanent } = input
    return { process: dead, effects: [], news: { type: 'startFailed', reason, permanent } }
  }
  if (input.type !== 'spawnRefused') return ignore(process)
  return { process: dead, effects: [], news: { type: 'refused', reason: input.reason } }
}

export function learnThatItSpeaks(process: Process): ProcessStep {
  return { process: { ...process, speaksNotify: true }, effects: [], news: { type: 'none' } }
}

/** It shows that it can take work, which counts once the hook has agreed. */
export function becomeReady(
  process: Process,
  _input: ProcessInput,
  policy: WatcherPolicy,
  moment: Moment,
): ProcessStep {
  if (process.awaitsHook) {
    const waiting: Process = { ...process, hasShownReady: true, deadline: null }
    return { process: waiting, effects: [], news: { type: 'none' } }
  }
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
  if (!mustSpeak || process.hasShownReady) return ignore(process)
  const soon = moment.now + EXIT_AFTER_EOF_MS
  const deadline = process.deadline === null ? soon : Math.min(process.deadline, soon)
  return {
    process: { ...process, notifyClosed: true, deadline },
    effects: [],
    news: { type: 'none' },
  }
}

/** The hook `after_spawn` has spoken. */
export function obeyHook(
  process: Process,
  input: ProcessInput,
  policy: WatcherPolicy,
  moment: Moment,
): ProcessStep {
  if (input.type !== 'hookEnded' || !process.awaitsHook) return ignore(process)
  const heard: Process = { ...process, awaitsHook: false }
  if (input.isAllowed) {
    if (heard.hasShownReady) return becomeReady(heard, input, policy, moment)
    return { process: heard, effects: [], news: { type: 'none' } }
  }
  const stop = beginStop(heard, { type: 'stop', want: 'retired' }, policy, moment)
  return { ...stop, news: { type: 'refused', reason: input.reason } }
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
    if (!policy.hasSockets || policy.ready.kind !== 'auto' || process.awaitsHook) return step
    const message = `${policy.name}: process ${process.pid} gave no sign of readiness within ${inSeconds(policy.readyTimeoutMs)} (ready_timeout) but is alive, so it counts as ready; set "ready" to say what to wait for`
    return {
      ...step,
      effects: [...step.effects, { type: 'log', level: 'warning', message, watcher: policy.name }],
    }
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
