import { numberAfter, withWatcher, type ArbiterTurn, type Bulk } from './arbiter-state.ts'
import type { JobId, JobOutcome } from './job.ts'
import { stepWatcher, type WatcherInput } from './watcher.ts'
import type { Watcher } from './watcher-state.ts'

/** Steps one watcher of the turn. The end of a job that is part of a bulk is told to the bulk and to nobody else. */
export function turnWatcher(turn: ArbiterTurn, name: string, input: WatcherInput): void {
  const index = turn.arbiter.watchers.findIndex(({ policy }) => policy.name === name)
  const watcher = turn.arbiter.watchers[index]
  if (watcher === undefined) return
  const step = stepWatcher(watcher, input, turn.moment)
  const isMoved = step.watcher.policy.priority !== watcher.policy.priority
  const watchers = isMoved
    ? withWatcher(turn.arbiter.watchers.toSpliced(index, 1), step.watcher)
    : turn.arbiter.watchers.with(index, step.watcher)
  turn.arbiter = { ...turn.arbiter, watchers }
  for (const effect of step.effects) {
    const isPart = effect.type === 'endJob' && notePart(turn, effect.job, effect.outcome)
    if (!isPart) turn.effects.push(effect)
  }
  forgetIfGone(turn, step.watcher)
}

/** The job of one watcher within a job on many. */
export function partOf(job: JobId, watcher: string): JobId {
  return `${job}${PART_MARK}${watcher}`
}

/** Stands in no job that comes from outside. */
const PART_MARK = '/'

export function isPart(job: JobId): boolean {
  return job.includes(PART_MARK)
}

/** @returns whether the job was a part; the bulk it was of may have ended before */
function notePart(turn: ArbiterTurn, job: JobId, outcome: JobOutcome): boolean {
  if (!isPart(job)) return false
  const index = turn.arbiter.bulks.findIndex(({ command }) => job.startsWith(`${command.job}/`))
  const bulk = turn.arbiter.bulks[index]
  if (bulk === undefined) return true
  const name = job.slice(bulk.command.job.length + 1)
  const ended: Bulk = {
    ...bulk,
    open: bulk.open.filter((one) => one !== name),
    result: outcome.ok && isOnly(bulk, name) ? outcome.result : bulk.result,
    failures: outcome.ok ? bulk.failures : [...bulk.failures, `${name}: ${outcome.reason}`],
  }
  turn.arbiter = { ...turn.arbiter, bulks: turn.arbiter.bulks.with(index, ended) }
  return true
}

function isOnly({ command: { isExplicit, watchers } }: Bulk, name: string): boolean {
  return isExplicit && watchers.length === 1 && watchers[0] === name
}

/** A watcher that leaves is no more when it is stopped and nobody waits for it. */
function forgetIfGone(turn: ArbiterTurn, watcher: Watcher): void {
  const { isLeaving, is, running, queue, kills, policy } = watcher
  const isBusy = running !== null || queue.length > 0 || kills.length > 0
  if (!isLeaving || is !== 'stopped' || isBusy) return
  const watchers = turn.arbiter.watchers.filter((one) => one !== watcher)
  const firstNumber = numberAfter(turn.arbiter, [watcher])
  const bulks = turn.arbiter.bulks.map((bulk) => without(bulk, policy.name))
  turn.arbiter = { ...turn.arbiter, watchers, firstNumber, bulks }
  turn.effects.push({ type: 'forget', watcher: policy.name })
}

/** Nobody waits for the turn of a watcher that is no more, or for the end of its part. */
function without(bulk: Bulk, watcher: string): Bulk {
  const isOther = (name: string): boolean => name !== watcher
  return { ...bulk, waiting: bulk.waiting.filter(isOther), open: bulk.open.filter(isOther) }
}
