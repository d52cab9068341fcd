import type { Command } from '../protocol/command.ts'
import { commandTable } from '../protocol/command-table.ts'

/** Column in which the explanations begin. */
const EXPLANATIONS_AT = 24

/** `usage: ...`, one line: of a command, or of circusctl if it is null. */
export function usageLine(command: Command | null): string {
  if (command === null) return 'usage: circusctl [options] command [args]'
  const flags = command.flags.map(({ name, takes }) =>
    takes === null ? `[--${name}]` : `[--${name} ${takes}]`,
  )
  return ['usage: circusctl', command.name, ...command.words, ...flags].join(' ')
}

/** What `circusctl --help` prints. */
export function helpText(): string {
  return [
    usageLine(null),
    '',
    'Controls a Circus daemon',
    '',
    'Commands:',
    ...commandTable.map(({ name, summary }) => explain(name, summary)),
    '',
    'options:',
    explain('--endpoint ENDPOINT', 'connection endpoint'),
    explain('--timeout SECONDS', 'longest wait for an answer (default 5)'),
    explain('--json', 'print replies as JSON'),
    explain('--prettify', 'with --json: indented, keys sorted'),
    explain('--help', 'show this help, or with a command what it does'),
    explain('--version', 'show the version'),
    '',
    'Without --endpoint: CIRCUSCTL_ENDPOINT, else the socket of a daemon of yours,',
    'else tcp://127.0.0.1:5555.',
    'Exit codes: 0 done, 1 no answer, 2 wrong usage, 3 the daemon reports an error.',
  ].join('\n')
}

/** What `circusctl --help COMMAND` prints. */
export function commandHelp(command: Command): string {
  const flags = command.flags.map(({ name, takes, summary }) =>
    explain(takes === null ? `--${name}` : `--${name} ${takes}`, summary),
  )
  const options = flags.length === 0 ? [] : ['', 'options:', ...flags]
  return [usageLine(command), '', command.summary, ...options].join('\n')
}

function explain(what: string, explanation: string): string {
  return `  ${what}`.padEnd(EXPLANATIONS_AT - 1).concat(` ${explanation}`)
}
