import type { ArbiterTurn } from './arbiter-state.ts'
import { endJob } from './end-job.ts'
import type { JobId } from './job.ts'
import { isPart, turnWatcher } from './turn-watcher.ts'

/**
 * Ends a job before it has done what it was to do. One that waits never begins. A bulk goes no further; the watchers it has
 * come to finish their part. A reload that replaces gives up its successors, as if one had failed. A start, a stop or a
 * restart that is under way is not cancelled: its opposite is a command of its own.
 */
export function cancelJob(turn: ArbiterTurn, job: JobId, target: JobId): void {
  const refuse = (why: string): void => endJob(turn, job, { ok: false, reason: why })
  if (isPart(target)) return refuse(`job ${target} is part of another one, which can be cancelled`)
  const reason = `cancelled by job ${job}`
  const bulk = turn.arbiter.bulks.find(({ command }) => command.job === target)
  if (bulk !== undefined && turn.arbiter.renewal?.job !== target) {
    const bulks = turn.arbiter.bulks.filter((one) => one !== bulk)
    turn.arbiter = { ...turn.arbiter, bulks }
    endJob(turn, target, { ok: false, reason })
    endJob(turn, job, { ok: true, result: {} })
    return
  }
  const holder = turn.arbiter.watchers.find(
    ({ running, queue }) => running?.job.id === target || queue.some(({ id }) => id === target),
  )
  if (holder === undefined) {
    return refuse(`job ${target} does not run, or cannot be cancelled`)
  }
  if (holder.isLeaving) return refuse(`${holder.policy.name} is being removed`)
  const { running, policy } = holder
  const isStuck = running?.job.id === target && running.step !== 'replacing'
  if (isStuck) {
    return refuse(
      `job ${target} is a ${running.job.kind} that is under way, which cannot be cancelled`,
    )
  }
  turnWatcher(turn, policy.name, { type: 'cancel', job: target, reason })
  endJob(turn, job, { ok: true, result: {} })
}
