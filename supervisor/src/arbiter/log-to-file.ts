import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs'
import type { LogLevel } from '../core/effect.ts'
import { LineWriter } from '../os/line-writer.ts'
import { toSystemError } from '../os/system-error.ts'
import { logLine } from './log-line.ts'
import type { LogTarget } from './log-target.ts'

/**
 * Appends to a file, and opens it anew when it is no longer the one at `path`: logrotate has moved it, somebody has deleted
 * it. Circus looks before each line too (WatchedFileHandler).
 * @throws {SystemError} If the file cannot be opened.
 */
export function logToFile(path: string): LogTarget {
  let writer = new LineWriter(open(path))
  const reopen = (): void => {
    const before = writer.fd
    writer = new LineWriter(open(path))
    closeSync(before)
  }
  const write = (level: LogLevel, message: string): boolean => {
    try {
      if (!isSameFile(path, writer.fd)) reopen()
    } catch {
      // It cannot be made anew (its directory is gone): the old file is better than none.
    }
    return writer.write(logLine(new Date(), process.pid, level, message))
  }
  return { write, reopen }
}

/** Non-blocking: a named pipe without a reader is an error (ENXIO) in place of a wait without end. */
function open(path: string): number {
  const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants
  try {
    return openSync(path, O_APPEND | O_CREAT | O_NONBLOCK | O_WRONLY, 0o666)
  } catch (error) {
    throw toSystemError(error, `open the log ${path}`)
  }
}

function isSameFile(path: string, fd: number): boolean {
  const there = statSync(path, { throwIfNoEntry: false })
  const ours = fstatSync(fd)
  return there?.ino === ours.ino && there.dev === ours.dev
}
