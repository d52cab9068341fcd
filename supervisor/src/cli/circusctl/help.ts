import type { CommandUsage } from '../../protocol/command-line.ts'
import { globalFlags } from './global-flags.ts'
import { knownCommands } from './known-commands.ts'

/** Column in which the explanations begin. */
const EXPLANATIONS_AT = 24

/** Longest line of details, in characters. */
const LINE_LENGTH = 80

/** `usage: ...`, one line: of a command, or of circusctl if it is null. */
export function usageLine(command: CommandUsage | null): string {
  return `usage: ${command === null ? 'circusctl [options] command [args]' : synopsis(command)}`
}

/** `circusctl COMMAND WORDS [--FLAGS]`. */
export function synopsis({ name, words, flags }: CommandUsage): string {
  const options = flags.map(({ name: flag, takes }) =>
    takes === null ? `[--${flag}]` : `[--${flag} ${takes}]`,
  )
  return ['circusctl', name, ...words, ...options].join(' ')
}

/** What `circusctl --help` prints. */
export function helpText(): string {
  return [
    usageLine(null),
    '',
    'Controls a Circus daemon',
    '',
    'Commands:',
    ...commandLines(),
    '',
    'options:',
    ...globalFlags.map(({ name, takes, summary }) => explain(flagText(name, takes), summary)),
    '',
    'Without a command: an interactive shell. circusctl COMMAND --help explains one.',
    'Without --endpoint: CIRCUSCTL_ENDPOINT, else the socket of a daemon of yours,',
    'else tcp://127.0.0.1:5555.',
    'Exit codes: 0 done, 1 no answer, 2 wrong usage, 3 the daemon reports an error.',
  ].join('\n')
}

/** What `help` prints in the shell. */
export function shellHelp(): string {
  return [
    'Commands (help COMMAND or COMMAND --help explains one):',
    ...commandLines(),
    explain('exit', 'Leave the shell, as Ctrl-D; circusd goes on'),
  ].join('\n')
}

/** One line for each command. */
function commandLines(): readonly string[] {
  return knownCommands().map(({ name, summary }) => explain(name, summary))
}

/** What `circusctl --help COMMAND` prints. */
export function commandHelp(command: CommandUsage): string {
  const flags = command.flags.map(({ name, takes, summary }) =>
    explain(flagText(name, takes), summary),
  )
  const details = command.details === undefined ? [] : ['', ...wrap(command.details)]
  const options = flags.length === 0 ? [] : ['', 'options:', ...flags]
  return [usageLine(command), '', command.summary, ...details, ...options].join('\n')
}

function flagText(name: string, takes: string | null): string {
  return takes === null ? `--${name}` : `--${name} ${takes}`
}

/** What does not fit before its explanation has a line of its own. */
function explain(what: string, explanation: string): string {
  const left = `  ${what}`
  if (left.length < EXPLANATIONS_AT - 1) {
    return left.padEnd(EXPLANATIONS_AT - 1).concat(` ${explanation}`)
  }
  return `${left}\n${' '.repeat(EXPLANATIONS_AT)}${explanation}`
}

/** Lines of at most `LINE_LENGTH` characters; empty lines of the text stay. */
function wrap(text: string): readonly string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = []
    let line = ''
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > LINE_LENGTH) {
        lines.push(line)
        line = word
      } else {
        line = line === '' ? word : `${line} ${word}`
      }
    }
    return [...lines, line]
  })
}
