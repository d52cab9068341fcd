import type { Milliseconds } from '../core/policy.ts'
import { strftime } from './strftime.ts'

/**
 * Puts `"<time> [<pid>] | "` before every line, as Circus' FileStream does with a `time_format`. Circus puts it before what
 * it read at once, so a line which came in two reads was torn there; here it stays whole.
 */
export class LinePrefix {
  readonly #format: string
  /** Finest unit in which the formatted time changes, in ms. */
  readonly #step: Milliseconds
  #tick = Number.NaN
  #time = ''

  /** @param format See `strftime`. */
  constructor(format: string) {
    this.#format = format
    this.#step = format.includes('%f') ? 1 : 1000
  }

  /** @param lines Whole lines, each with its line feed. @param now Wall clock. */
  apply(lines: Buffer, pid: number, now: Milliseconds): Buffer {
    // Latin-1 maps each byte to one character and back, so the text passes unharmed whatever its encoding, and V8 joins
    // strings faster than we can copy bytes line by line.
    const prefix = Buffer.from(`${this.#timeAt(now)} [${pid}] | `).toString('latin1')
    const text = lines.toString('latin1', 0, lines.length - 1)
    return Buffer.from(`${prefix}${text.split('\n').join(`\n${prefix}`)}\n`, 'latin1')
  }

  #timeAt(now: Milliseconds): string {
    const tick = Math.floor(now / this.#step)
    if (tick !== this.#tick) {
      this.#tick = tick
      this.#time = strftime(this.#format, new Date(now))
    }
    return this.#time
  }
}
