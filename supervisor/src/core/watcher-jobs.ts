import type { Job, JobOutcome, JobStep, RunningJob } from './job.ts'
import { reconcile } from './reconcile.ts'
import { advanceReload, advanceSequentialReload, isDrained, isReplaced } from './reload.ts'
import { stopProcess } from './turn-process.ts'
import {
  countReady,
  pidsOf,
  upByWid,
  type Slot,
  type Turn,
  type Watcher,
  type WatcherStatus,
} from './watcher-state.ts'

/** Number of SIGHUP on every system that Node runs on. */
const SIGHUP = 1

/** Takes the watcher as far as it can go now: status, slots, the running job and the ones that wait behind it. */
export function advance(turn: Turn): void {
  for (;;) {
    advanceReplacing(turn)
    reconcile(turn)
    advanceStatus(turn)
    const { running, queue } = turn.watcher
    if (running === null) {
      if (queue.length === 0) return
      beginNextJob(turn)
      continue
    }
    const judged = judge(turn.watcher, running)
    if (judged === 'wait') return
    if (typeof judged === 'string') {
      goToStep(turn, judged)
      continue
    }
    turn.watcher = { ...turn.watcher, running: null }
    endJob(turn, running.job, judged)
  }
}

/** Begins the first job of the queue, unless one is running. */
export function beginNextJob(turn: Turn): void {
  const [job, ...queue] = turn.watcher.queue
  if (turn.watcher.running !== null || job === undefined) return
  const { watcher, moment } = turn
  const before = pidsOf(watcher)
  const step = firstStep(watcher.is, job)
  const generation = watcher.generation + (isRenewing(job) ? 1 : 0)
  const running: RunningJob = {
    job,
    step,
    since: moment.now,
    generation,
    started: [],
    stopped: [],
    before,
  }
  turn.watcher = { ...watcher, queue, running, generation }
  enterStep(turn, step)
}

/** Tells the outcome of a job, which is no longer the running one. */
export function endJob(turn: Turn, job: Job, outcome: JobOutcome): void {
  const { name } = turn.watcher.policy
  turn.effects.push({ type: 'endJob', job: job.id, outcome })
  if (job.kind !== 'reload') return
  if (outcome.ok) {
    turn.effects.push(
      { type: 'announce', announcement: { name: 'reload', watcher: name } },
      { type: 'log', level: 'info', message: `${name} reloaded` },
    )
  } else {
    const message = `${name} not reloaded: ${outcome.reason}`
    turn.effects.push({ type: 'log', level: 'error', message })
  }
}

function isRenewing(job: Job): boolean {
  return job.kind !== 'stop' && job.kind !== 'resize'
}

function firstStep(is: WatcherStatus, job: Job): JobStep {
  switch (job.kind) {
    case 'start':
      return 'starting'
    case 'stop':
      return 'stopping'
    case 'restart':
      return is === 'stopped' ? 'starting' : 'stopping'
    case 'reload':
      return is === 'stopped' ? 'starting' : 'replacing'
    case 'resize':
      return 'draining'
  }
}

function goToStep(turn: Turn, step: JobStep): void {
  const { running } = turn.watcher
  if (running === null) return
  turn.watcher = { ...turn.watcher, running: { ...running, step } }
  enterStep(turn, step)
}

function enterStep(turn: Turn, step: JobStep): void {
  switch (step) {
    case 'starting':
      beginUp(turn)
      return
    case 'stopping':
      beginDown(turn)
      return
    case 'replacing':
      reopenSlots(turn)
      if (turn.watcher.policy.sendHup) hangUp(turn)
      return
    case 'draining':
  }
}

function beginUp(turn: Turn): void {
  const { watcher } = turn
  const is = watcher.is === 'stopped' ? 'starting' : watcher.is
  turn.watcher = { ...watcher, is, want: 'up' }
  reopenSlots(turn)
}

/** An operator's start or reload forgets old failures: every slot gets its process now. */
function reopenSlots(turn: Turn): void {
  const reopened = turn.watcher.slots.map((slot): Slot => ({
    ...slot,
    is: 'open',
    failures: 0,
    quickDeaths: 0,
    retryAt: 0,
  }))
  turn.watcher = { ...turn.watcher, slots: reopened }
}

/** Everybody is told to stop, at once. */
function beginDown(turn: Turn): void {
  if (turn.watcher.is !== 'stopped') turn.watcher = { ...turn.watcher, is: 'stopping' }
  turn.watcher = { ...turn.watcher, want: 'down', slots: [] }
  for (const process of turn.watcher.processes) stopProcess(turn, process, 'down')
}

/** The reload of a program that re-reads its files by itself. */
function hangUp(turn: Turn): void {
  const { policy, processes } = turn.watcher
  for (const process of processes) {
    if (process.pid === null || process.want !== 'up') continue
    turn.effects.push({
      type: 'signal',
      process: { watcher: policy.name, id: process.id },
      pid: process.pid,
      signal: SIGHUP,
      children: false,
    })
  }
}

function advanceReplacing(turn: Turn): void {
  const { running, policy } = turn.watcher
  if (running?.job.kind !== 'reload' || running.step !== 'replacing' || policy.sendHup) return
  if (policy.singleton || running.job.sequential) {
    advanceSequentialReload(turn, running.generation)
  } else {
    advanceReload(turn, running.generation)
  }
}

/** The one place where a watcher's status changes by itself. */
function advanceStatus(turn: Turn): void {
  const { watcher } = turn
  if (watcher.is === 'starting' && isSettled(watcher)) {
    if (isHopeless(watcher)) giveUp(turn)
    else becomeActive(turn)
  } else if (watcher.is === 'active' && isHopeless(watcher)) {
    giveUp(turn)
  }
  if (turn.watcher.is === 'stopping' && turn.watcher.processes.length === 0) becomeStopped(turn)
}

/** Whether each slot has got its ready process, or will not get one. */
function isSettled(watcher: Watcher): boolean {
  const holders = upByWid(watcher)
  return watcher.slots.every(
    (slot) => slot.is !== 'open' || (holders.get(slot.wid)?.some(isReady) ?? false),
  )
}

function isReady(process: { readonly is: string }): boolean {
  return process.is === 'ready'
}

/** Whether no slot has a process, and none will get one by itself. */
function isHopeless(watcher: Watcher): boolean {
  const { processes, slots } = watcher
  return slots.length > 0 && processes.length === 0 && slots.every((slot) => slot.is !== 'open')
}

/** Nothing runs and nothing will: the watcher stops by itself. Its slots stay, because they know why. */
function giveUp(turn: Turn): void {
  turn.watcher = { ...turn.watcher, is: 'stopping', want: 'down' }
}

function becomeActive(turn: Turn): void {
  const { name, numprocesses, singleton } = turn.watcher.policy
  turn.watcher = { ...turn.watcher, is: 'active' }
  turn.effects.push(
    { type: 'announce', announcement: { name: 'start', watcher: name } },
    { type: 'log', level: 'info', message: `${name} started` },
  )
  if (numprocesses === 0 && !singleton) {
    const message = `${name}: numprocesses is 0, so nothing runs`
    turn.effects.push({ type: 'log', level: 'warning', message })
  }
}

function becomeStopped(turn: Turn): void {
  const { name } = turn.watcher.policy
  turn.watcher = { ...turn.watcher, is: 'stopped', want: 'down' }
  turn.effects.push(
    { type: 'announce', announcement: { name: 'stop', watcher: name } },
    { type: 'log', level: 'info', message: `${name} stopped` },
  )
}

/** What the running job does next: end with an outcome, go to another step, or wait. */
function judge(watcher: Watcher, running: RunningJob): JobOutcome | JobStep | 'wait' {
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
  if (watcher.is === 'stopped') return startFailure(watcher)
  if (watcher.is !== 'active' || !isSettled(watcher)) return 'wait'
  return watcher.slots.some((slot) => slot.is === 'givenUp')
    ? startFailure(watcher)
    : success(running)
}

function startFailure(watcher: Watcher): JobOutcome {
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
