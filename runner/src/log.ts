import { writeSync } from 'node:fs'

/** Tells people something, on stderr: `runner[PID]: text`. Never throws: the reader of stderr may be gone. */
export function log(text: string): void {
  try {
    writeSync(2, `runner[${process.pid}]: ${text}\n`)
  } catch {
    // Nobody listens, and there is no other place to say so.
  }
}
