/** Starts of processes in one turn of the event loop: each takes about a millisecond, and commands wait meanwhile. */
const PER_TURN = 4

/** Does pieces of work in their order, a few per turn of the event loop; the first ones at once. */
export class PacedQueue<Work> {
  readonly #perform: (work: Work) => void
  readonly #waiting: Work[] = []
  #doneThisTurn = 0
  #isScheduled = false

  constructor(perform: (work: Work) => void) {
    this.#perform = perform
  }

  push(work: Work): void {
    if (this.#doneThisTurn < PER_TURN && this.#waiting.length === 0) {
      this.#doneThisTurn += 1
      this.#perform(work)
    } else {
      this.#waiting.push(work)
    }
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      const work = this.#waiting.splice(0, PER_TURN)
      this.#doneThisTurn = work.length
      for (const piece of work) this.#perform(piece)
      if (this.#waiting.length > 0 || work.length > 0) this.#schedule()
    })
  }
}
