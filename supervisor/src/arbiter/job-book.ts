import type { JobId, JobOutcome } from '../core/job.ts'
import type { EndedJob, JobsView, OpenJob } from '../protocol/view.ts'

/** Jobs whose outcome is kept after their end, for those who ask late. */
export const KEPT_OUTCOMES = 100

/** A job on its way, and who waits for its end. */
interface Entry {
  readonly command: string
  readonly since: number
  readonly listeners: ((ended: EndedJob) => void)[]
}

/** Which jobs there are, by the commands that began them, and how the last ones have ended. */
export class JobBook implements JobsView {
  readonly #now: () => number
  readonly #open = new Map<JobId, Entry>()
  /** In the order of their ends. */
  readonly #ended = new Map<JobId, EndedJob>()
  #waiting = 0

  /** @param now A clock in ms that only moves forward. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** How many wait for the end of some job. */
  get waiting(): number {
    return this.#waiting
  }

  get open(): readonly OpenJob[] {
    const now = this.#now()
    return Array.from(this.#open, ([id, { command, since }]) => ({
      id,
      command,
      ageMs: now - since,
    }))
  }

  outcomeOf(job: JobId): EndedJob | undefined {
    return this.#ended.get(job)
  }

  begin(job: JobId, command: string): void {
    this.#open.set(job, { command, since: this.#now(), listeners: [] })
  }

  /** Tells those who wait. Jobs that nobody has begun here are parts of others, and are not kept. */
  end(job: JobId, outcome: JobOutcome): void {
    const entry = this.#open.get(job)
    if (entry === undefined) return
    this.#open.delete(job)
    const ended = { command: entry.command, outcome }
    this.#ended.set(job, ended)
    const [oldest] = this.#ended.keys()
    if (this.#ended.size > KEPT_OUTCOMES && oldest !== undefined) this.#ended.delete(oldest)
    this.#waiting -= entry.listeners.length
    for (const listener of entry.listeners) listener(ended)
  }

  /** @param listener Called once, when the job has ended. */
  wait(job: JobId, listener: (ended: EndedJob) => void): void {
    const entry = this.#open.get(job)
    if (entry === undefined) return
    entry.listeners.push(listener)
    this.#waiting += 1
  }

  /** Whatever has not ended has failed. */
  close(reason: string): void {
    for (const job of Array.from(this.#open.keys())) this.end(job, { ok: false, reason })
  }
}
