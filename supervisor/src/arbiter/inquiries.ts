import { ERRNO } from '../protocol/errno.ts'
import type { Finding, Question, Subject } from '../protocol/question.ts'
import { isRecord } from '../protocol/record.ts'
import { RequestError } from '../protocol/request-error.ts'
import type { ProcessSampler } from './process-sampler.ts'
import type { WatcherHooks } from './watcher-hooks.ts'

/** Inquiries under way at the same time: each holds its findings until the last one has come. */
export const MAX_INQUIRIES = 100

/** Hooks of one inquiry that run at the same time: each may be a program. */
const MAX_HOOKS = 8

/** Finds out what `stats` and `dstats` are to answer. */
export class Inquiries {
  readonly #sampler: Pick<ProcessSampler, 'look'>
  readonly #hooks: Pick<WatcherHooks, 'extendStats'>
  #underWay = 0

  constructor(sampler: Pick<ProcessSampler, 'look'>, hooks: Pick<WatcherHooks, 'extendStats'>) {
    this.#sampler = sampler
    this.#hooks = hooks
  }

  /**
   * The fields of the reply.
   * @throws {RequestError} If too many inquiries are under way, or a hook has failed.
   */
  async answer(question: Question): Promise<object> {
    if (this.#underWay >= MAX_INQUIRIES) {
      throw new RequestError(ERRNO.conflict, `${MAX_INQUIRIES} inquiries are under way already`)
    }
    this.#underWay += 1
    try {
      const findings: Finding[] = []
      for (const subject of question.subjects) findings.push(await this.#sampler.look(subject))
      await this.#extend(question.subjects, findings)
      return question.answer(findings)
    } finally {
      this.#underWay -= 1
    }
  }

  /** Lets the hooks change what was found, a few at a time. */
  async #extend(subjects: readonly Subject[], findings: Finding[]): Promise<void> {
    const pending = subjects.entries()
    const work = async (): Promise<void> => {
      for (const [index, { pid, place }] of pending) {
        const stats = findings[index]
        if (place?.isExtended !== true || !isRecord(stats)) continue
        findings[index] = await this.#hooks.extendStats(place.watcher, pid, { ...stats })
      }
    }
    await Promise.all(Array.from({ length: MAX_HOOKS }, work))
  }
}
