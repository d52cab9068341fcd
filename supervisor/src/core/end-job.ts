import type { ArbiterTurn } from './arbiter-state.ts'
import type { JobId, JobOutcome } from './job.ts'

/** Tells the outcome of a job that is not one watcher's. */
export function endJob(turn: ArbiterTurn, job: JobId, outcome: JobOutcome): void {
  turn.effects.push({ type: 'endJob', job, outcome })
}
