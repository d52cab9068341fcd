import { parseArgs, type ParseArgsConfig } from 'node:util'
import type { Command } from '../protocol/command.ts'
import { type CommandLine, UsageError } from '../protocol/command-line.ts'
import { findCommand } from '../protocol/command-table.ts'
import type { Properties } from '../protocol/properties.ts'

/** Longest time without an answer, in s. Circus: `--timeout`, default 5. */
const DEFAULT_TIMEOUT_SECONDS = 5

/** Longest time that a timer of Node can wait, in s. */
const MAX_TIMEOUT_SECONDS = 2_147_483

/** What circusctl was called for. */
export interface Invocation {
  /** null if none was given. */
  readonly endpoint: string | null
  readonly timeoutMs: number
  readonly format: 'text' | 'json' | 'prettyJson'
  readonly action: Action
}

export type Action =
  | { readonly type: 'version' }
  /** `command` is null for the help on everything. */
  | { readonly type: 'help'; readonly command: Command | null }
  /** There was no command. */
  | { readonly type: 'nothing' }
  | { readonly type: 'call'; readonly command: Command; readonly properties: Properties }
  /** Something was not understood; `command` is null if it was not about one. */
  | { readonly type: 'misuse'; readonly command: Command | null; readonly message: string }

const globalOptions = {
  endpoint: { type: 'string' },
  timeout: { type: 'string' },
  json: { type: 'boolean' },
  prettify: { type: 'boolean' },
  help: { type: 'boolean' },
  version: { type: 'boolean' },
} as const

/**
 * Global options, a command, its words and flags. node:util does what is needed here in 1 ms; commander needs 7 ms
 * and would want a second description of what the command table says already.
 */
export function parseArguments(argv: readonly string[]): Invocation {
  const before = countBeforeCommand(argv)
  try {
    const { values } = parseStrictly(argv.slice(0, before), globalOptions)
    const { endpoint, timeout, json, prettify, help, version } = values
    return {
      endpoint: typeof endpoint === 'string' ? endpoint : null,
      timeoutMs: parseTimeout(timeout),
      format: json !== true ? 'text' : prettify === true ? 'prettyJson' : 'json',
      action:
        version === true ? { type: 'version' } : parseAction(argv.slice(before), help === true),
    }
  } catch (error) {
    return { endpoint: null, timeoutMs: 0, format: 'text', action: toMisuse(error, null) }
  }
}

/** Everything before the first word belongs to circusctl itself. */
function countBeforeCommand(argv: readonly string[]): number {
  const { tokens } = parseArgs({
    args: [...argv],
    options: globalOptions,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  return tokens.find(({ kind }) => kind === 'positional')?.index ?? argv.length
}

function parseTimeout(value: unknown): number {
  const seconds = value === undefined ? DEFAULT_TIMEOUT_SECONDS : Number(value)
  if (seconds > 0 && seconds <= MAX_TIMEOUT_SECONDS) return seconds * 1_000
  throw new UsageError(`Cannot use "${String(value)}" as --timeout: must be seconds above 0`)
}

function parseAction([name, ...words]: readonly string[], isHelp: boolean): Action {
  if (name === undefined) return isHelp ? { type: 'help', command: null } : { type: 'nothing' }
  const command = findCommand(name)
  if (command === undefined) throw new UsageError(`Cannot find command "${name}"`)
  try {
    const line = parseCommandLine(command, words)
    if (isHelp || line.flags['help'] === true) return { type: 'help', command }
    rejectWrongCount(command, line.words)
    return { type: 'call', command, properties: command.properties(line) }
  } catch (error) {
    return toMisuse(error, command)
  }
}

function toMisuse(error: unknown, command: Command | null): Action {
  if (error instanceof UsageError) return { type: 'misuse', command, message: error.message }
  throw error
}

/** A negative number is a word and no flag: `incr web -1`. */
function parseCommandLine(command: Command, argv: readonly string[]): CommandLine {
  const numbers = argv.filter((word) => /^-\d+$/.test(word))
  const others = argv.filter((word) => !numbers.includes(word))
  const flags = command.flags.map(
    ({ name, takes }) => [name, { type: takes === null ? 'boolean' : 'string' }] as const,
  )
  const { positionals, values } = parseStrictly(others, {
    ...Object.fromEntries(flags),
    help: { type: 'boolean', short: 'h' },
  })
  return { words: [...positionals, ...numbers], flags: values }
}

function parseStrictly(
  args: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
): CommandLineParts {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (cause) {
    // The second sentence of Node's message is about words that begin with a dash; nobody means those here.
    const [message = ''] = cause instanceof Error ? cause.message.split('. ') : []
    throw new UsageError(message, { cause })
  }
}

interface CommandLineParts {
  readonly positionals: readonly string[]
  readonly values: Readonly<Record<string, unknown>>
}

function rejectWrongCount({ name, words: expected }: Command, given: readonly string[]): void {
  const required = expected.filter((word) => !word.startsWith('['))
  const isOpen = expected.at(-1)?.endsWith('...') === true
  if (given.length >= required.length && (isOpen || given.length <= expected.length)) return
  throw new UsageError(
    given.length < required.length
      ? `Cannot run ${name}: ${required[given.length] ?? ''} is missing`
      : `Cannot run ${name}: "${given[expected.length] ?? ''}" is one word too many`,
  )
}
