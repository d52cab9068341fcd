import type { JobOutcome } from '../../core/job.ts'
import { operation } from '../command.ts'
import { ERRNO } from '../errno.ts'
import { jobProperty, unknownJob } from '../job-property.ts'
import { RequestError } from '../request-error.ts'
import type { EndedJob } from '../view.ts'

export interface WaitProperties {
  /** As `jobs` tells it, or the reply to a command that was asked for it. */
  readonly job: string | number
}

export interface WaitReply {
  readonly job: string
  /** The command it was begun by. */
  readonly command: string
  /** What it has done: the pids `started`, `stopped` and `kept`, or `numprocesses`. */
  readonly info: object
}

/** `wait`: answers when a job has ended, with its result or the reason why it has failed. Ours. */
export const wait = operation({
  name: 'wait',
  access: 'read',
  summary: 'Wait for the end of a job',
  words: ['JOB'],
  flags: [],
  properties: ({ words: [job] }) => ({ job, waiting: true }),
  parse: (properties) => ({ job: jobProperty(properties), waiting: true }),
  event: ({ job }, _own, { jobs }) => {
    if (jobs.open.some(({ id }) => id === job)) return { type: 'join', job }
    const ended = jobs.outcomeOf(job)
    if (ended === undefined) throw unknownJob(job)
    return { type: 'settled', reply: waitReply(job, ended) }
  },
  reply: () => ({}),
  text: ({ job, command }) =>
    typeof job === 'string' && typeof command === 'string' ? `job ${job}: ${command} done` : 'ok',
})

/** @throws {RequestError} If the job has failed; the reason is the job's. */
export function waitReply(job: string, { command, outcome }: EndedJob): WaitReply {
  if (!outcome.ok) throw failed(outcome)
  return { job, command, info: outcome.result }
}

function failed({ reason }: Extract<JobOutcome, { ok: false }>): RequestError {
  return new RequestError(ERRNO.commandFailed, reason)
}
