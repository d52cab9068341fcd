import { query } from '../command.ts'
import { describeJob, jobLine, isJobReport, type JobReport } from '../job-report.ts'

export interface JobsReply {
  /** In the order in which they were asked for. */
  readonly jobs: readonly JobReport[]
}

/** `jobs`: what runs or waits for its turn, since when, and what it waits for. Ours. */
export const jobs = query({
  name: 'jobs',
  access: 'read',
  summary: 'Get the jobs that run',
  words: [],
  flags: [],
  properties: () => ({}),
  parse: () => null,
  answer: (_request, view): JobsReply => ({
    jobs: view.jobs.open.map((job) => describeJob(job, view)),
  }),
  text: (reply) => {
    const jobs = reply['jobs']
    return Array.isArray(jobs) ? jobs.filter(isJobReport).map(jobLine).join('\n') : ''
  },
})
