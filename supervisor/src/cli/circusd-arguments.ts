import { parseArgs } from 'node:util'
import type { LogLevel } from '../core/effect.ts'

const LEVELS: readonly LogLevel[] = ['critical', 'error', 'warning', 'info', 'debug']

export const USAGE = `usage: circusd [options] [config]

Supervises the processes and sockets of a circus.ini.

  config                the INI file
  --daemon              run in the background; return when it is up, or has failed
  --log-level LEVEL     ${LEVELS.join(', ')}; default: loglevel of [circus], else info
  --log-output OUTPUT   - for standard error, a file, or syslog://HOST[:PORT][?FACILITY],
                        syslog:///SOCKET[?FACILITY]; default: logoutput of [circus], else -
  --logger-config FILE  ignored: a configuration of Python's logging
  --pidfile FILE        default: pidfile of [circus], else none
  --strict              unknown options and sections are errors
  --version             print the version and exit
  -h, --help            print this and exit
`

const OPTIONS = {
  daemon: { type: 'boolean', default: false },
  'log-level': { type: 'string' },
  'log-output': { type: 'string' },
  'logger-config': { type: 'string' },
  pidfile: { type: 'string' },
  strict: { type: 'boolean', default: false },
  version: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

export type CircusdOptions = ReturnType<typeof parseCircusdArguments>['values']

/**
 * Reads circusd's command line.
 * @param argv Without `node` and the script.
 * @throws {TypeError} If it is wrong; the message says where.
 */
export function parseCircusdArguments(argv: readonly string[]) {
  const line = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
  const [, surplus] = line.positionals
  if (surplus !== undefined) {
    throw new TypeError(`Cannot take more than one config: "${surplus}" is one too many`)
  }
  const level = line.values['log-level']
  if (level !== undefined && logLevel(level) === undefined) {
    throw new TypeError(`Cannot use --log-level ${level}: it must be one of ${LEVELS.join(', ')}`)
  }
  return line
}

/** A level by its name, in any case; undefined if there is none. */
export function logLevel(name: string): LogLevel | undefined {
  return LEVELS.find((level) => level === name.toLowerCase())
}
