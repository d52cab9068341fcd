import { operation } from '../command.ts'
import { ERRNO } from '../errno.ts'
import { jobProperty, unknownJob } from '../job-property.ts'
import { RequestError } from '../request-error.ts'

export interface CancelProperties {
  /** As `jobs` tells it. */
  readonly job: string | number
}

/**
 * `cancel`: ends a job that waits for its turn, a command on several watchers before it has come to all of them, or a reload,
 * of which the old processes keep serving. What stops or starts already is not cancelled. Ours.
 */
export const cancel = operation({
  name: 'cancel',
  access: 'operate',
  summary: 'Cancel a job that waits, or a reload',
  words: ['JOB'],
  flags: [],
  properties: ({ words: [job] }) => ({ job }),
  // It is done or refused at once.
  parse: (properties) => ({ target: jobProperty(properties), waiting: true }),
  event: ({ target }, job, { jobs }) => {
    if (jobs.outcomeOf(target) !== undefined) {
      throw new RequestError(ERRNO.conflict, `job ${target} has ended already`)
    }
    if (!jobs.open.some(({ id }) => id === target)) throw unknownJob(target)
    return { type: 'cancel', job, target }
  },
  reply: () => ({}),
  text: () => 'ok',
})
