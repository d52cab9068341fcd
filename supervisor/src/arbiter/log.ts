import { closeSync, openSync, writeSync } from 'node:fs'
import type { LogLevel } from '../core/effect.ts'

const severity: Record<LogLevel, number> = { debug: 0, info: 1, warning: 2, error: 3, critical: 4 }

/** Writes one line of the daemon's log. */
export type Log = (level: LogLevel, message: string) => void

/** The daemon's own log. */
export interface LogFile {
  readonly log: Log
  /** Opens the file anew, after somebody has moved it away. */
  readonly reopen: () => void
}

/**
 * Opens the daemon's log: lines as Circus writes them, `2026-11-21 01:36:27 circus[11342] [INFO] web started`.
 * A line that cannot be written (full disk, closed pipe) is dropped: the log must not end the daemon.
 * @param output `-` or `stdout` for standard error, as in Circus, else the path of a file to append to.
 * @throws {Error} If the file cannot be opened.
 */
export function openLog(output: string, level: LogLevel): LogFile {
  const isFile = output !== '-' && output !== 'stdout'
  let fd = isFile ? openSync(output, 'a') : 2
  const log: Log = (its, message) => {
    if (severity[its] < severity[level]) return
    try {
      writeSync(fd, logLine(new Date(), process.pid, its, message))
    } catch {
      // Nobody can be told: this was the way to tell.
    }
  }
  const reopen = (): void => {
    if (!isFile) return
    const before = fd
    fd = openSync(output, 'a')
    closeSync(before)
  }
  return { log, reopen }
}

/** One line of the log, in Circus' format and local time. */
export function logLine(time: Date, pid: number, level: LogLevel, message: string): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
  return `${date} ${clock} circus[${pid}] [${level.toUpperCase()}] ${message}\n`
}
