import { setImmediate as nextTurn } from 'node:timers/promises'

/** Time in one turn of the event loop for work that may wait, in ms: a command that comes meanwhile waits about as long. */
const BUDGET_MS = 1

/**
 * Divides long work among turns of the event loop, so that events and requests are served in between. All who share a budget
 * get their pieces in turn.
 */
export class TurnBudget {
  readonly #now: () => number
  #turnBeganAt: number | null = null
  #next: Promise<void> | null = null

  /** @param now A clock in ms. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Does one piece of work, in this turn as long as its budget lasts. */
  async do<Result>(work: () => Result): Promise<Result> {
    while (this.#isSpent()) await this.#waitForNext()
    return work()
  }

  #isSpent(): boolean {
    if (this.#turnBeganAt === null) {
      this.#turnBeganAt = this.#now()
      // The budget belongs to this turn also when nobody waits for the next one.
      void this.#waitForNext()
    }
    return this.#now() - this.#turnBeganAt >= BUDGET_MS
  }

  #waitForNext(): Promise<void> {
    this.#next ??= this.#beginNext()
    return this.#next
  }

  async #beginNext(): Promise<void> {
    await nextTurn()
    this.#turnBeganAt = null
    this.#next = null
  }
}
