import { UsageError, type CommandLine, type CommandUsage } from '../../protocol/command-line.ts'
import type { Command } from '../../protocol/command.ts'
import type { Properties } from '../../protocol/properties.ts'
import { globalFlags } from './global-flags.ts'
import { commandNamed, type KnownCommand } from './known-commands.ts'
import type { LocalCommand } from './local-command.ts'
import type { GlobalOptions } from './session.ts'
import { splitLine } from './split-line.ts'
import { parseWordPattern } from './word-pattern.ts'

/** Longest time without an answer, in s. Circus: `--timeout`, default 5. */
const DEFAULT_TIMEOUT_SECONDS = 5

/** Longest time that a timer of Node can wait, in s. */
const MAX_TIMEOUT_SECONDS = 2_147_483

/** What circusctl was called for. */
export interface Invocation {
  readonly options: GlobalOptions
  readonly action: Action
}

export type Action =
  | { readonly type: 'version' }
  /** `command` is null for the help on everything. */
  | { readonly type: 'help'; readonly command: CommandUsage | null }
  /** There was no command: commands come from standard input. */
  | { readonly type: 'shell' }
  | CommandAction

/** What one line of the shell can mean, too. */
export type CommandAction =
  | { readonly type: 'help'; readonly command: CommandUsage | null }
  | { readonly type: 'call'; readonly command: Command; readonly properties: Properties }
  | { readonly type: 'local'; readonly command: LocalCommand; readonly line: CommandLine }
  /** Something was not understood; `command` is null if it was not about one. */
  | { readonly type: 'misuse'; readonly command: CommandUsage | null; readonly message: string }

/** Global options, a command, its words and flags. */
export function parseArguments(argv: readonly string[]): Invocation {
  try {
    const { flags, rest } = splitLine(argv, { flags: globalFlags, stopAtWord: true })
    return { options: parseOptions(flags), action: parseRest(flags, rest ?? []) }
  } catch (error) {
    return { options: parseOptions({}), action: toMisuse(error, null) }
  }
}

/** @throws {UsageError} If a value cannot be used. */
function parseOptions(flags: CommandLine['flags']): GlobalOptions {
  const { endpoint, timeout, json, prettify, ssh, ssh_keyfile: sshKeyfile, key } = flags
  const serverKey = flags['server-key']
  return {
    endpoint: typeof endpoint === 'string' ? endpoint : null,
    timeoutMs: parseTimeout(timeout),
    isTimeoutGiven: timeout !== undefined,
    format: json !== true ? 'text' : prettify === true ? 'prettyJson' : 'json',
    ssh: typeof ssh === 'string' ? ssh : null,
    sshKeyfile: typeof sshKeyfile === 'string' ? sshKeyfile : null,
    serverKey: typeof serverKey === 'string' ? serverKey : null,
    key: typeof key === 'string' ? key : null,
  }
}

function parseTimeout(value: unknown): number {
  const seconds = value === undefined ? DEFAULT_TIMEOUT_SECONDS : Number(value)
  if (seconds > 0 && seconds <= MAX_TIMEOUT_SECONDS) return seconds * 1_000
  throw new UsageError(`Cannot use "${String(value)}" as --timeout: must be seconds above 0`)
}

function parseRest(flags: CommandLine['flags'], rest: readonly string[]): Action {
  if (flags['version'] === true) return { type: 'version' }
  const isHelp = flags['help'] === true
  if (rest.length > 0) return parseCommand(rest, isHelp)
  return isHelp ? { type: 'help', command: null } : { type: 'shell' }
}

/**
 * A command with its words and flags: what follows the global options, or one line of the shell.
 * @param isHelp Whether the help on the command is wanted, whatever its words are.
 */
export function parseCommand(
  [name = '', ...words]: readonly string[],
  isHelp = false,
): CommandAction {
  let command: KnownCommand | null = null
  try {
    command = commandNamed(name)
    if (isHelp) return { type: 'help', command }
    return parseWords(command, words)
  } catch (error) {
    return toMisuse(error, command)
  }
}

function parseWords(command: KnownCommand, argv: readonly string[]): CommandAction {
  if (command.kind === 'local' && command.isRaw === true) {
    return { type: 'local', command, line: { words: argv, flags: {} } }
  }
  const line = splitLine(argv, { flags: command.flags, command: command.name })
  if (line.wantsHelp) return { type: 'help', command }
  rejectWrongCount(command, line.words)
  if (command.kind === 'local') return { type: 'local', command, line }
  return { type: 'call', command, properties: command.properties(line) }
}

function toMisuse(
  error: unknown,
  command: CommandUsage | null,
): Extract<Action, { type: 'misuse' }> {
  if (error instanceof UsageError) return { type: 'misuse', command, message: error.message }
  throw error
}

/** @throws {UsageError} If words are missing or there are more than the command takes. */
function rejectWrongCount({ name, words }: CommandUsage, given: readonly string[]): void {
  const patterns = words.map(parseWordPattern)
  const required = patterns.filter(({ isOptional }) => !isOptional).flatMap(({ names }) => names)
  if (given.length < required.length) {
    throw new UsageError(`Cannot run ${name}: ${required[given.length] ?? ''} is missing`)
  }
  if (patterns.some(({ repeats }) => repeats)) return
  const all = patterns.flatMap(({ names }) => names)
  if (given.length <= all.length) return
  throw new UsageError(`Cannot run ${name}: "${given[all.length] ?? ''}" is one word too many`)
}
