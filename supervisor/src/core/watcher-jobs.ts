import type { Job, JobOutcome, JobStep, RunningJob } from './job.ts'
import { judge } from './job-verdict.ts'
import { reconcile } from './reconcile.ts'
import { advanceDemand } from './demand.ts'
import { advanceKills } from './direct-commands.ts'
import { advanceReload, advanceSequentialReload, settleSuccessors } from './reload.ts'
import { advanceRenewal } from './renewal.ts'
import { pidsOf, type Turn, type WatcherStatus } from './watcher-state.ts'
import { advanceStatus, beginDown, beginUp, reopenSlots } from './watcher-status.ts'

/** Number of SIGHUP on every system that Node runs on. */
const SIGHUP = 1

/** Takes the watcher as far as it can go now: status, slots, the running job and the ones that wait behind it. */
export function advance(turn: Turn): void {
  advanceJobs(turn)
  advanceKills(turn)
}

function advanceJobs(turn: Turn): void {
  for (;;) {
    advanceReplacing(turn)
    advanceRenewal(turn)
    reconcile(turn)
    advanceStatus(turn)
    const { running, queue } = turn.watcher
    if (running === null) {
      if (beginNextJob(turn)) continue
      if (queue.length === 0) advanceDemand(turn)
      return
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

/**
 * Begins the first job of the queue, unless one is running. A watcher that is stopping by itself is left to end that first,
 * by all but a stop.
 * @returns whether a job has begun
 */
export function beginNextJob(turn: Turn): boolean {
  const [job, ...queue] = turn.watcher.queue
  if (turn.watcher.running !== null || job === undefined) return false
  if (turn.watcher.is === 'stopping' && job.kind !== 'stop') return false
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
  return true
}

/** Tells the outcome of a job, which is no longer the running one. */
export function endJob(turn: Turn, job: Job, outcome: JobOutcome): void {
  const { name } = turn.watcher.policy
  turn.effects.push({ type: 'endJob', job: job.id, outcome })
  if (job.kind !== 'reload') return
  if (outcome.ok) {
    turn.effects.push(
      { type: 'announce', announcement: { name: 'reload', watcher: name } },
      { type: 'log', level: 'info', message: `${name} reloaded`, watcher: name },
    )
  } else {
    const message = `${name} not reloaded: ${outcome.reason}`
    turn.effects.push({ type: 'log', level: 'error', message, watcher: name })
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
      settleSuccessors(turn)
      if (turn.watcher.policy.sendHup) hangUp(turn)
      return
    case 'draining':
  }
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
      to: 'process',
      purpose: 'hangup',
    })
  }
}

function advanceReplacing(turn: Turn): void {
  const { running, policy, want } = turn.watcher
  if (running?.job.kind !== 'reload' || running.step !== 'replacing' || policy.sendHup) return
  // A hook may have refused the watcher meanwhile: then it stops, and so does the reload.
  if (want !== 'up') return
  if (policy.singleton || running.job.sequential) {
    advanceSequentialReload(turn, running.generation)
  } else {
    advanceReload(turn, running.generation)
  }
}
