import { writeSync } from 'node:fs'

/**
 * Writes text for people to standard output (1) or standard error (2), before circusd runs. Not by process.stdout, whose
 * errors come later, as events which would end us.
 */
export function say(fd: 1 | 2, text: string): void {
  try {
    writeSync(fd, text)
  } catch {
    // Closed, or full and non-blocking: the exit code says the rest.
  }
}
