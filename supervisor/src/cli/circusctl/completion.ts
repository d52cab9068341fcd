import type { CommandUsage, Flag } from '../../protocol/command-line.ts'
import { UsageError } from '../../protocol/command-line.ts'
import { globalFlags } from './global-flags.ts'
import { commandNamed, knownCommands } from './known-commands.ts'
import { splitLine } from './split-line.ts'
import { wordNameAt } from './word-pattern.ts'

/** What a word may be. */
export interface Candidate {
  readonly text: string
  /** What it does; empty if that is plain. */
  readonly hint: string
}

/** Names that only circusd knows. They are empty when it does not answer; nothing rejects. */
export interface NameSource {
  watchers(): Promise<readonly string[]>
  /** Names of the options of a watcher. */
  options(watcher: string): Promise<readonly string[]>
  /** Names of the options of circusd. */
  globalOptions(): Promise<readonly string[]>
  pids(watcher: string): Promise<readonly string[]>
  jobs(): Promise<readonly string[]>
}

/** Where nobody can be asked. */
export const noNames: NameSource = {
  watchers: async () => [],
  options: async () => [],
  globalOptions: async () => [],
  pids: async () => [],
  jobs: async () => [],
}

/** Signals that stop, reload or tell something, as kill(1) spells them. */
const SIGNALS = ['HUP', 'INT', 'QUIT', 'KILL', 'USR1', 'USR2', 'TERM', 'CONT', 'STOP', 'WINCH']

/**
 * What the last word of an argument list of circusctl may be.
 * @param before The words before it.
 */
export async function complete(
  before: readonly string[],
  current: string,
  source: NameSource,
): Promise<readonly Candidate[]> {
  const awaited = flagAwaitingValue(before, globalFlags)
  if (awaited !== undefined) return begins(plain(awaited.choices ?? []), current)
  const rest = argumentsFromCommand(before)
  if (rest === null) return []
  const [name, ...words] = rest
  if (name !== undefined) return completeArguments(name, words, current, source)
  if (current.startsWith('-')) return begins(flagCandidates(globalFlags), current)
  return completeCommandName(current)
}

/** What the last word of a line of the shell may be. */
export async function completeShellLine(
  [name, ...words]: readonly string[],
  current: string,
  source: NameSource,
): Promise<readonly Candidate[]> {
  return name === undefined
    ? begins([...commandCandidates(), ...plain(['exit'])], current)
    : completeArguments(name, words, current, source)
}

function completeCommandName(current: string): readonly Candidate[] {
  return begins(commandCandidates(), current)
}

function commandCandidates(): readonly Candidate[] {
  return knownCommands().map(({ name, summary }) => ({ text: name, hint: summary }))
}

/** The command and what follows it; empty before the command, null if that cannot be read. */
function argumentsFromCommand(before: readonly string[]): readonly string[] | null {
  try {
    return splitLine(before, { flags: globalFlags, stopAtWord: true }).rest
  } catch (error) {
    if (error instanceof UsageError) return null
    throw error
  }
}

async function completeArguments(
  name: string,
  before: readonly string[],
  current: string,
  source: NameSource,
): Promise<readonly Candidate[]> {
  const command = commandOf(name)
  if (command === undefined) return []
  const { flags } = command
  const awaited = flagAwaitingValue(before, flags)
  if (awaited !== undefined) return begins(await flagValues(awaited, before, source), current)
  const [begun, value] = current.split('=')
  const assigned = flags.find((flag) => `--${flag.name}` === begun && flag.takes !== null)
  if (assigned !== undefined && value !== undefined) {
    const values = await flagValues(assigned, before, source)
    return begins(
      values.map(({ text }) => ({ text: `${begun}=${text}`, hint: '' })),
      current,
    )
  }
  if (current.startsWith('-')) {
    const unused = flags.filter((flag) => !before.includes(`--${flag.name}`))
    const help = { text: '--help', hint: 'show what the command does' }
    return begins([...flagCandidates(unused), help], current)
  }
  const words = wordsOf(before, flags)
  const kind = wordNameAt(command.words, words.length)
  return begins(plain(await namesOf(kind, words[0] ?? '', source)), current)
}

function commandOf(name: string): CommandUsage | undefined {
  try {
    return commandNamed(name)
  } catch {
    // There is none: nothing can be said about its words.
    return undefined
  }
}

function wordsOf(before: readonly string[], flags: readonly Flag[]): readonly string[] {
  return before.filter((word, index) => {
    return !word.startsWith('--') && flagAwaitingValue(before.slice(0, index), flags) === undefined
  })
}

function flagAwaitingValue(before: readonly string[], flags: readonly Flag[]): Flag | undefined {
  const last = before.at(-1)
  return flags.find(({ name, takes }) => takes !== null && last === `--${name}`)
}

async function flagValues(
  { takes, choices }: Flag,
  before: readonly string[],
  source: NameSource,
): Promise<readonly Candidate[]> {
  return plain(choices ?? (await namesOf(takes ?? undefined, before[0] ?? '', source)))
}

/** @param kind Name of a word in the usage, see `CommandUsage`. @param watcher The first word of the command. */
async function namesOf(
  kind: string | undefined,
  watcher: string,
  source: NameSource,
): Promise<readonly string[]> {
  switch (kind ?? '') {
    case 'NAME':
      return source.watchers()
    case 'KEY':
      return source.options(watcher)
    case 'OPTION':
      return source.globalOptions()
    case 'PID':
      return source.pids(watcher)
    case 'JOB':
      return source.jobs()
    case 'COMMAND':
      return knownCommands().map(({ name }) => name)
    case 'SIGNUM':
      return SIGNALS
    case 'SHELL':
      return ['bash', 'zsh', 'fish']
    case 'TOPIC':
      return (await source.watchers()).map(topicOf)
    default:
      return []
  }
}

/** How events spell a watcher. */
function topicOf(watcher: string): string {
  return `watcher.${watcher.toLowerCase().replaceAll(' ', '_')}.`
}

function flagCandidates(flags: readonly Flag[]): readonly Candidate[] {
  return flags.map(({ name, summary }) => ({ text: `--${name}`, hint: summary }))
}

function plain(texts: readonly string[]): readonly Candidate[] {
  return texts.map((text) => ({ text, hint: '' }))
}

/** Case counts only if the beginning has capitals: names of watchers match in any case. */
function begins(candidates: readonly Candidate[], current: string): readonly Candidate[] {
  const isLower = current === current.toLowerCase()
  return candidates.filter(({ text }) => (isLower ? text.toLowerCase() : text).startsWith(current))
}
