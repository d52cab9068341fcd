import type { JobOutcome, JobStep, RunningJob } from './job.ts'
import { isDrained, isReplaced } from './reload.ts'
import { countReady, type Watcher } from './watcher-state.ts'
import { isSettled } from './watcher-status.ts'

/** What the running job does next: end with an outcome, go to another step, or wait. */
export function judge(watcher: Watcher, running: RunningJob): JobOutcome | JobStep | 'wait' {
  switch (running.step) {
    case 'stopping':
      if (watcher.is !== 'stopped') return 'wait'
      return running.job.kind === 'stop' ? { ok: true, result: {} } : 'starting'
    case 'starting':
      return judgeStarting(watcher, running)
    case 'replacing':
      return judgeReplacing(watcher, running)
    case 'draining':
      return judgeDraining(watcher, running)
  }
}

function judgeStarting(watcher: Watcher, running: RunningJob): JobOutcome | 'wait' {
  if (watcher.is === 'stopped') {
    return hasFinished(watcher) ? success(running) : startFailure(watcher)
  }
  if (watcher.is !== 'active' || !isSettled(watcher)) return 'wait'
  return watcher.slots.some((slot) => slot.is === 'givenUp')
    ? startFailure(watcher)
    : success(running)
}

/** Whether its processes have done their work already, and are not to be replaced. */
function hasFinished({ slots, refusal }: Watcher): boolean {
  const isDone = slots.every(({ is, lastFailure }) => is === 'spent' && lastFailure === null)
  return refusal === null && slots.length > 0 && isDone
}

function startFailure(watcher: Watcher): JobOutcome {
  if (watcher.refusal !== null) return { ok: false, reason: watcher.refusal }
  const reasons = watcher.slots.flatMap((slot) => slot.lastFailure ?? [])
  const reason = reasons.at(-1) ?? 'no process is left'
  const ready = countReady(watcher)
  return {
    ok: false,
    reason: `${ready} of ${watcher.policy.numprocesses} processes run: ${reason}`,
  }
}

function judgeReplacing(watcher: Watcher, running: RunningJob): JobOutcome | JobStep | 'wait' {
  if (watcher.policy.sendHup) return success(running)
  if (watcher.is === 'stopped') return startFailure(watcher)
  return isReplaced(watcher, running.generation) ? 'draining' : 'wait'
}

/** A reload waits for its old generation, a resize for everybody who had to go. */
function judgeDraining(watcher: Watcher, running: RunningJob): JobOutcome | 'wait' {
  if (running.job.kind === 'reload') {
    return isDrained(watcher, running.generation) ? success(running) : 'wait'
  }
  if (watcher.is === 'stopped') return success(running, watcher.policy.numprocesses)
  if (!isSettled(watcher) || watcher.processes.some(({ want }) => want !== 'up')) return 'wait'
  const failed = watcher.slots.some((slot) => slot.is === 'givenUp')
  return failed ? startFailure(watcher) : success(running, watcher.policy.numprocesses)
}

function success(running: RunningJob, numprocesses?: number): JobOutcome {
  const { kind } = running.job
  if (numprocesses !== undefined) return { ok: true, result: { numprocesses } }
  const { started, stopped, before } = running
  if (kind === 'start') return { ok: true, result: { started, kept: before } }
  return { ok: true, result: { started, stopped, kept: [] } }
}
