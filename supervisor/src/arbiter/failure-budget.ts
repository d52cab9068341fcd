/** Failed requests of one client that are answered in each `WINDOW_MS`. A script with a slip in a loop has a few; a flood has all. */
export const MAX_FAILURES = 1_000

/** In ms. */
export const WINDOW_MS = 10_000

/** Clients that are remembered: the ones that failed last. */
const MAX_CLIENTS = 1_000

interface Spent {
  readonly since: number
  count: number
}

/**
 * Counts the failed requests of each client. Whoever has had too many gets no answers to further ones until the window is
 * over, so that it cannot use us as an amplifier; its valid requests are answered all the same.
 */
export class FailureBudget {
  readonly #now: () => number
  readonly #clients = new Map<string, Spent>()

  /** @param now A clock in ms that never goes back. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Notes one failure. `last` is the one whose answer should say that there will be no more. */
  spend(client: Uint8Array): 'answer' | 'last' | 'silence' {
    const key = Buffer.from(client).toString('latin1')
    const now = this.#now()
    const known = this.#clients.get(key)
    const spent =
      known !== undefined && now - known.since < WINDOW_MS ? known : { since: now, count: 0 }
    spent.count += 1
    // Deleted and set again it is the youngest.
    this.#clients.delete(key)
    this.#clients.set(key, spent)
    if (this.#clients.size > MAX_CLIENTS) this.#forgetOldest()
    if (spent.count < MAX_FAILURES) return 'answer'
    return spent.count === MAX_FAILURES ? 'last' : 'silence'
  }

  #forgetOldest(): void {
    const [oldest] = this.#clients.keys()
    if (oldest !== undefined) this.#clients.delete(oldest)
  }
}
