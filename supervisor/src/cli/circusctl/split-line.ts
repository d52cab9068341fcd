import { nearestName } from '../../config/nearest-name.ts'
import { UsageError, type CommandLine, type Flag } from '../../protocol/command-line.ts'
import { globalFlags } from './global-flags.ts'

/** The flags and words of an argument list, and where its first word stands. */
export interface SplitLine extends CommandLine {
  readonly wantsHelp: boolean
  /** The arguments from the first word on; null if the words were read too. */
  readonly rest: readonly string[] | null
}

export interface SplitOptions {
  readonly flags: readonly Flag[]
  /** Whether the first word ends the flags, as it does for the options of circusctl itself. */
  readonly stopAtWord?: boolean
  /** Of a command; undefined for circusctl itself. */
  readonly command?: string
}

const helpFlag: Flag = { name: 'help', takes: null, summary: 'show what the command does' }

/**
 * Takes an argument list apart: `--name`, `--name VALUE`, `--name=VALUE`, words in any order. `--` ends the flags. A
 * flag may be shortened as long as it is clear which one is meant, as in Circus; a negative number is a word:
 * `incr web -1`. Node's parseArgs takes it for a flag and has no nearest names.
 * @throws {UsageError} If a flag is unknown, or has no value, or one too many.
 */
export function splitLine(argv: readonly string[], options: SplitOptions): SplitLine {
  const words: string[] = []
  const flags: Record<string, string | true> = {}
  let wantsHelp = false
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? ''
    if (argument === '--') {
      const rest = argv.slice(index + 1)
      if (options.stopAtWord === true) return { words, flags, wantsHelp, rest }
      return { words: [...words, ...rest], flags, wantsHelp, rest: null }
    }
    if (isWord(argument)) {
      if (options.stopAtWord === true) return { words, flags, wantsHelp, rest: argv.slice(index) }
      words.push(argument)
      continue
    }
    const [given, inline] = splitOnce(argument)
    const { name, takes } = findFlag(given, options)
    if (name === 'help') wantsHelp = true
    if (takes === null) {
      if (inline !== undefined)
        throw new UsageError(`Cannot use ${argument}: --${name} takes no value`)
      flags[name] = true
      continue
    }
    const value = inline ?? argv[(index += 1)]
    if (value === undefined) throw new UsageError(`Cannot use --${name}: its ${takes} is missing`)
    flags[name] = value
  }
  return { words, flags, wantsHelp, rest: options.stopAtWord === true ? [] : null }
}

function isWord(argument: string): boolean {
  return !argument.startsWith('-') || argument === '-' || /^-\.?\d/.test(argument)
}

function splitOnce(argument: string): readonly [string, string | undefined] {
  const at = argument.indexOf('=')
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)]
}

function findFlag(given: string, { flags, command }: SplitOptions): Flag {
  const isCommand = command !== undefined
  if (given === '-h') return helpFlag
  const name = given.replace(/^--?/, '')
  const all = isCommand ? [...flags, helpFlag] : flags
  const exact = all.find((flag) => flag.name === name)
  if (exact !== undefined && given.startsWith('--')) return exact
  const begun = given.startsWith('--') ? all.filter((flag) => flag.name.startsWith(name)) : []
  const [only] = begun
  if (only !== undefined && begun.length === 1) return only
  throw new UsageError(unknownFlag(given, name, all, begun, command))
}

function unknownFlag(
  given: string,
  name: string,
  all: readonly Flag[],
  begun: readonly Flag[],
  command: string | undefined,
): string {
  const what = command === undefined ? `option "${given}"` : `option "${given}" of ${command}`
  if (begun.length > 1) {
    return `Cannot tell which ${what} is: ${begun.map((flag) => `--${flag.name}`).join(', ')}`
  }
  if (command !== undefined && globalFlags.some((flag) => flag.name === name)) {
    return `Cannot find ${what}: it belongs before the command, circusctl ${given} ${command}`
  }
  const near = nearestName(
    name,
    all.map((flag) => flag.name),
  )
  return `Cannot find ${what}${near === undefined ? '' : `; did you mean --${near}?`}`
}
