import { LineWriter } from '../os/line-writer.ts'
import { logLine } from './log-line.ts'
import type { LogTarget } from './log-target.ts'

/** Logs to standard error, whatever that is. A reader that has stopped reading loses lines; it does not stop us. */
export function logToStderr(): LogTarget {
  const writer = new LineWriter(2)
  return {
    write: (level, message) => writer.write(logLine(new Date(), process.pid, level, message)),
    // There is no file to open anew.
    reopen: () => {},
  }
}
