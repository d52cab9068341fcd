import type { LogLevel } from '../core/effect.ts'
import { strftime } from '../streams/strftime.ts'

/** One line of the log, as Circus writes it, in local time: `2026-11-21 01:36:27 circus[11342] [INFO] web started`. */
export function logLine(time: Date, pid: number, level: LogLevel, message: string): string {
  return `${strftime('%Y-%m-%d %H:%M:%S', time)} ${tagged(pid, level, message)}\n`
}

/**
 * One message to syslog (RFC 3164): `<30>Nov 21 01:36:27 circus[11342] [INFO] web started`. Without a host name, as
 * syslog(3) and Circus send it.
 * @param facility 0..23
 */
export function syslogLine(
  time: Date,
  pid: number,
  facility: number,
  level: LogLevel,
  message: string,
): string {
  const priority = facility * 8 + SEVERITIES[level]
  return `<${priority}>${strftime('%b %e %H:%M:%S', time)} ${tagged(pid, level, message)}`
}

/** RFC 3164, 4.1.1. */
const SEVERITIES: Record<LogLevel, number> = {
  critical: 2,
  error: 3,
  warning: 4,
  info: 6,
  debug: 7,
}

function tagged(pid: number, level: LogLevel, message: string): string {
  return `circus[${pid}] [${level.toUpperCase()}] ${message}`
}
