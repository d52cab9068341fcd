import { parseSyslogAddress } from '../config/syslog-address.ts'
import type { LogLevel } from '../core/effect.ts'
import type { LogTarget } from './log-target.ts'
import { logToFile } from './log-to-file.ts'
import { logToStderr } from './log-to-stderr.ts'
import { logToSyslog } from './log-to-syslog.ts'

/** Writes one line of the daemon's log. It never waits and never throws. */
export type Log = (level: LogLevel, message: string) => void

/** The daemon's own log. */
export interface DaemonLog {
  readonly log: Log
  /** Opens the file anew, or connects to syslog again. What goes wrong is logged. */
  readonly reopen: () => void
  /** Whether the lines go to standard error. */
  readonly isStderr: boolean
}

/** The output of the configuration names nothing that can be logged to. */
export class LogOutputError extends Error {
  override readonly name = 'LogOutputError'
}

/**
 * Opens the daemon's log. A line which cannot be written (full disk, closed pipe, no syslog) is dropped, and counted: the
 * log must not end or delay the daemon.
 * @param output `-` or `stdout` for standard error, as in Circus; a `syslog://` address; else the path of a file.
 * @throws {LogOutputError} If the syslog address cannot be read or its host is not known.
 * @throws {SystemError} If the file cannot be opened, or nobody listens on the syslog's socket.
 */
export async function openLog(output: string, level: LogLevel): Promise<DaemonLog> {
  const isStderr = output === '-' || output === 'stdout'
  const target = isStderr ? logToStderr() : await openTarget(output)
  const log = countingLog(target, level)
  const reopen = (): void => {
    try {
      target.reopen()
    } catch (error) {
      log('error', error instanceof Error ? error.message : String(error))
    }
  }
  return { log, reopen, isStderr }
}

/** Logs what is at least as severe as `level`. The first line after some that were dropped says how many. */
export function countingLog(target: LogTarget, level: LogLevel): Log {
  let dropped = 0
  return (its, message) => {
    if (SEVERITY[its] < SEVERITY[level]) return
    const isTold = dropped === 0 || target.write('warning', `${dropped} lines of this log are lost`)
    if (isTold) dropped = 0
    if (!isTold || !target.write(its, message)) dropped += 1
  }
}

const SEVERITY: Record<LogLevel, number> = { debug: 0, info: 1, warning: 2, error: 3, critical: 4 }

async function openTarget(output: string): Promise<LogTarget> {
  if (!output.startsWith('syslog://')) return logToFile(output)
  const address = parseSyslogAddress(output)
  if (!address.ok) {
    const forms = 'syslog://HOST[:PORT][?FACILITY] or syslog:///SOCKET[?FACILITY]'
    throw new LogOutputError(`Cannot log to ${output}: it ${address.wrong}; it may be ${forms}`)
  }
  try {
    return await logToSyslog(address.value)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new LogOutputError(`Cannot log to ${output}: ${why}`, { cause })
  }
}
