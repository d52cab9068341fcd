import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'

/** Longest line in characters; a longer one becomes several. */
export const MAX_LINE_CHARACTERS = 8 * 1024
/** Longest wait in ms for the last output of processes which have ended: others may hold their pipes for ever. */
const LAST_OUTPUT_MS = 200

/** What hooks print, line by line into the log of the daemon. A pipe is read until its end, however long somebody holds it. */
export class HookLog {
  readonly #log: (line: string) => void
  readonly #open = new Map<Readable, Promise<void>>()

  constructor(log: (line: string) => void) {
    this.#log = log
  }

  /** One line of our own. */
  say(line: string): void {
    this.#log(line)
  }

  /** Reads a pipe from now on. Resolves at its end. */
  read(pipe: Readable, prefix: string): Promise<void> {
    const ended = readLines(pipe, (line) => this.#log(`${prefix}: ${line}`))
    this.#open.set(pipe, ended)
    return ended.then(() => void this.#open.delete(pipe))
  }

  /** Reads the answer of a program from now on. Resolves with it at its end; what is beyond the limit is dropped but one character. */
  collect(pipe: Readable, limit: number): Promise<string> {
    let text = ''
    pipe.setEncoding('utf8')
    pipe.on('data', (part: string) => {
      if (text.length <= limit) text = (text + part).slice(0, limit + 1)
    })
    const ended = closed(pipe)
    this.#open.set(pipe, ended)
    return ended.then(() => {
      this.#open.delete(pipe)
      return text
    })
  }

  /** Reads what is left of ended processes, then closes every pipe: who still writes to one gets EPIPE. */
  async close(): Promise<void> {
    const waiting = new AbortController()
    const pause = delay(LAST_OUTPUT_MS, undefined, { signal: waiting.signal }).catch(() => {})
    await Promise.race([Promise.all(this.#open.values()), pause])
    waiting.abort()
    for (const pipe of this.#open.keys()) pipe.destroy()
  }
}

function readLines(pipe: Readable, tell: (line: string) => void): Promise<void> {
  let rest = ''
  pipe.setEncoding('utf8')
  pipe.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) tellInPieces(line, tell)
    // An unfinished line must not grow without limit.
    if (rest.length >= MAX_LINE_CHARACTERS) {
      tellInPieces(rest, tell)
      rest = ''
    }
  })
  pipe.once('close', () => {
    if (rest !== '') tell(rest)
  })
  return closed(pipe)
}

/** Resolves at the end of a pipe; one that cannot be read is as good as at its end. */
function closed(pipe: Readable): Promise<void> {
  pipe.on('error', () => {})
  return new Promise((resolve) => pipe.once('close', resolve))
}

function tellInPieces(line: string, tell: (line: string) => void): void {
  let start = 0
  do {
    tell(line.slice(start, start + MAX_LINE_CHARACTERS))
    start += MAX_LINE_CHARACTERS
  } while (start < line.length)
}
