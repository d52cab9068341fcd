/**
 * A queue with one reader. Posting never waits and never runs the reader: whoever posts is done when `post` returns.
 * The reader takes a bounded number of items per turn of the event loop, so that a flood of events from within
 * cannot keep descriptors from being read.
 */
export class Mailbox<Item> {
  /** Items that are taken before the event loop gets a turn; a guess between latency and fairness. */
  static readonly ITEMS_PER_TURN = 64

  readonly #items: Item[] = []
  #wake: (() => void) | null = null
  #isClosed = false

  post(item: Item): void {
    if (this.#isClosed) return
    this.#items.push(item)
    this.#wake?.()
  }

  /** Ends the iteration; what is still in the queue is dropped. */
  close(): void {
    this.#isClosed = true
    this.#items.length = 0
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, void> {
    for (;;) {
      for (const item of this.#items.splice(0, Mailbox.ITEMS_PER_TURN)) {
        yield item
        if (this.#isClosed) return
      }
      if (this.#isClosed) return
      if (this.#items.length > 0) await new Promise((resolve) => setImmediate(resolve))
      else await new Promise<void>((resolve) => (this.#wake = resolve))
      this.#wake = null
    }
  }
}
