import type { Moment } from './moment.ts'
import type { WatcherPolicy } from './policy.ts'
import {
  beginStarting,
  becomeReady,
  endBeforeStart,
  endStarting,
  expectExit,
  learnThatItSpeaks,
} from './process-start.ts'
import {
  ignore,
  type Process,
  type ProcessInput,
  type ProcessStatus,
  type ProcessStep,
  type Transition,
} from './process-state.ts'
import { beginStop, end, hurryStop, kill, wish } from './process-stop.ts'

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

/** The one way in which a process changes. */
export function stepProcess(
  process: Process,
  input: ProcessInput,
  policy: WatcherPolicy,
  moment: Moment,
): ProcessStep {
  return transitions[process.is][input.type](process, input, policy, moment)
}
