import { parseArgs } from 'node:util'
import { type Interface, INTERFACES } from '@bigtop/adapters'
import type { Options, OrphanPolicy } from './options.ts'
import { UsageError } from './runner-error.ts'
import { splitTarget } from './target.ts'

export type CommandLine =
  | { readonly type: 'help' }
  | { readonly type: 'version' }
  | { readonly type: 'serve'; readonly options: Options }

const FLAGS = {
  fd: { type: 'string' },
  backlog: { type: 'string' },
  chdir: { type: 'string' },
  interface: { type: 'string', default: 'auto' },
  'load-timeout': { type: 'string', default: '60' },
  'keep-alive-timeout': { type: 'string' },
  'drain-timeout': { type: 'string', default: '30' },
  'graceful-timeout': { type: 'string' },
  'idle-grace': { type: 'string' },
  'fresh-grace': { type: 'string', default: '2' },
  'fast-timeout': { type: 'string', default: '2' },
  orphan: { type: 'string', default: 'drain' },
  help: { type: 'boolean' },
  version: { type: 'boolean' },
} as const

/**
 * Reads the arguments behind the program's name.
 * @throws {UsageError} For an unknown flag, a value that does not fit, or a missing `--fd` or APP.
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const end = argv.indexOf('--')
  const own = end === -1 ? argv : argv.slice(0, end)
  const { values, positionals } = parseFlags(own)
  if (values.help === true) return { type: 'help' }
  if (values.version === true) return { type: 'version' }
  const [target, surplus] = positionals
  if (target === undefined) throw new UsageError('Cannot serve: no application is named')
  if (surplus !== undefined) {
    throw new UsageError(
      `Cannot use the argument "${surplus}": arguments of the application go behind --`,
    )
  }
  if (values.fd === undefined) throw new UsageError('Cannot serve: no --fd is given')
  return {
    type: 'serve',
    options: {
      ...splitTarget(target),
      appArguments: end === -1 ? [] : argv.slice(end + 1),
      fd: whole('--fd', values.fd),
      backlog: optional(values.backlog, (text) => whole('--backlog', text)),
      chdir: values.chdir,
      interface: oneOf<Interface>('--interface', values.interface, INTERFACES),
      loadTimeoutMs: duration('--load-timeout', values['load-timeout']),
      drainTimeoutMs:
        values['graceful-timeout'] === undefined
          ? duration('--drain-timeout', values['drain-timeout'])
          : duration('--graceful-timeout', values['graceful-timeout']),
      freshGraceMs: duration('--fresh-grace', values['fresh-grace']),
      idleGraceMs: optional(values['idle-grace'], (text) => duration('--idle-grace', text)),
      fastTimeoutMs: duration('--fast-timeout', values['fast-timeout']),
      keepAliveTimeoutMs: optional(values['keep-alive-timeout'], (text) =>
        duration('--keep-alive-timeout', text),
      ),
      orphan: oneOf<OrphanPolicy>('--orphan', values.orphan, ['drain', 'stay']),
    },
  }
}

function parseFlags(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, allowPositionals: true, strict: true })
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    // Node adds advice on `--` that does not fit here: arguments behind it are the application's.
    throw new UsageError(`Cannot read the command line: ${message.split('. ')[0]}`, { cause })
  }
}

function optional<T>(text: string | undefined, parse: (text: string) => T): T | undefined {
  return text === undefined ? undefined : parse(text)
}

function whole(flag: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw unfit(flag, 'a whole number', text)
  return Number(text)
}

/** The longest delay of a Node timer, 2^31 - 1 ms; a longer one fires at once. */
const LONGEST_SECONDS = 2_147_483

/** Seconds with or without a fraction, as milliseconds. */
function duration(flag: string, text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (!(seconds <= LONGEST_SECONDS)) {
    throw unfit(flag, `a number of seconds, at most ${LONGEST_SECONDS}`, text)
  }
  return Math.round(seconds * 1000)
}

function oneOf<T extends string>(flag: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text)
  if (found === undefined) throw unfit(flag, allowed.join(' or '), text)
  return found
}

function unfit(flag: string, expected: string, text: string): UsageError {
  return new UsageError(`Cannot read ${flag} as ${expected}: it is "${text}"`)
}
