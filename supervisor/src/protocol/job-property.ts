import type { JobId } from '../core/job.ts'
import { ERRNO } from './errno.ts'
import { isMissing, mustBe, type Properties } from './properties.ts'
import { RequestError } from './request-error.ts'

/** @throws {RequestError} If the property is missing, or neither text nor a whole number. */
export function jobProperty({ job }: Properties): JobId {
  if (job === undefined) throw isMissing('job')
  if (typeof job === 'string') return job
  if (Number.isSafeInteger(job)) return `${Number(job)}`
  throw mustBe('job', 'the id of a job')
}

export function unknownJob(job: JobId): RequestError {
  const reason = `job ${job} not found: it does not run, and is none of the last that have ended`
  return new RequestError(ERRNO.messageInvalid, reason)
}
