import type { LogLevel } from '../core/effect.ts'
import type { Log } from './log.ts'

/** How long lines of a kind are only counted after one of them was written, in ms. */
export const SILENCE_MS = 10_000

/** Kinds that are told apart at the same time; lines of further kinds are counted as one. */
const MAX_KINDS = 100

interface Silence {
  readonly level: LogLevel
  readonly timer: NodeJS.Timeout
  count: number
}

/** Log lines that strangers can cause: one of a kind, then "N more of this kind" every ten seconds as long as there are more. */
export class LineLimiter {
  readonly #log: Log
  readonly #silences = new Map<string, Silence>()

  constructor(log: Log) {
    this.#log = log
  }

  /** @param kind What the line has in common with those that shall be counted; it is named when they are. */
  write(level: LogLevel, kind: string, message: string): void {
    const known = this.#silences.has(kind) || this.#silences.size < MAX_KINDS
    const name = known ? kind : 'other'
    const silence = this.#silences.get(name)
    if (silence !== undefined) {
      silence.count += 1
      return
    }
    this.#log(level, message)
    this.#begin(level, name)
  }

  /** Tells what was counted. */
  close(): void {
    for (const [kind, silence] of this.#silences) this.#end(kind, silence)
  }

  #begin(level: LogLevel, kind: string): void {
    const timer = setTimeout(() => {
      const isOver = this.#end(kind, silence)
      if (!isOver) this.#begin(level, kind)
    }, SILENCE_MS)
    timer.unref()
    const silence: Silence = { level, timer, count: 0 }
    this.#silences.set(kind, silence)
  }

  /** Whether nothing was counted. */
  #end(kind: string, { level, timer, count }: Silence): boolean {
    clearTimeout(timer)
    this.#silences.delete(kind)
    if (count > 0) this.#log(level, `${count} more of this kind: ${kind}`)
    return count === 0
  }
}
