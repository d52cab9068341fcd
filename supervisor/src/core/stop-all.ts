import type { Arbiter, ArbiterTurn } from './arbiter-state.ts'
import { endJob } from './end-job.ts'
import type { BulkCommand } from './event.ts'
import type { JobId } from './job.ts'

/** The command that stops every watcher. */
export function stopOfAll({ watchers }: Arbiter, job: JobId): BulkCommand {
  const names = watchers.map(({ policy }) => policy.name)
  return {
    kind: 'stop',
    job,
    watchers: names,
    warmupDelayMs: 0,
    sequential: false,
    isExplicit: false,
  }
}

/** Ends what is under way on several watchers, because something wants all of them. */
export function supersedeBulks(turn: ArbiterTurn, by: string): void {
  const jobs = turn.arbiter.bulks.map(({ command }) => command.job)
  const { renewal } = turn.arbiter
  if (by === 'quit' && renewal !== null && !jobs.includes(renewal.job)) jobs.push(renewal.job)
  for (const job of jobs) endJob(turn, job, { ok: false, reason: `superseded by ${by}` })
  turn.arbiter = { ...turn.arbiter, bulks: [], renewal: by === 'quit' ? null : renewal }
}
