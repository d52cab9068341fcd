import type { Milliseconds } from '../../../supervisor/dist/core/policy.js'

interface Entry {
  readonly at: Milliseconds
  /** Of two entries for the same time the one that was made first comes first. */
  readonly number: number
  readonly act: () => void
}

/** What is going to happen, ordered by time: a binary heap. */
export class Agenda {
  readonly #heap: Entry[] = []
  #made = 0

  add(at: Milliseconds, act: () => void): void {
    const heap = this.#heap
    heap.push({ at, number: this.#made++, act })
    let index = heap.length - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.#isBefore(index, parent)) return
      this.#swap(index, parent)
      index = parent
    }
  }

  /** When the next thing happens; Infinity if nothing does. */
  nextTime(): Milliseconds {
    return this.#heap[0]?.at ?? Infinity
  }

  /** Takes the next thing off the agenda. */
  take(): () => void {
    const heap = this.#heap
    const [first] = heap
    const last = heap.pop()
    if (first === undefined || last === undefined) throw new Error('Nothing is on the agenda')
    if (heap.length === 0) return first.act
    heap[0] = last
    for (let index = 0; ;) {
      let earliest = index
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < heap.length && this.#isBefore(child, earliest)) earliest = child
      }
      if (earliest === index) return first.act
      this.#swap(index, earliest)
      index = earliest
    }
  }

  #isBefore(left: number, right: number): boolean {
    const one = this.#heap[left]
    const other = this.#heap[right]
    if (one === undefined || other === undefined) return false
    return one.at < other.at || (one.at === other.at && one.number < other.number)
  }

  #swap(left: number, right: number): void {
    const heap = this.#heap
    const one = heap[left]
    const other = heap[right]
    if (one === undefined || other === undefined) return
    heap[left] = other
    heap[right] = one
  }
}
