import type { Command } from '../protocol/command.ts'

/** `usage: ...`, one line: of a command, or of circusctl if it is null. */
export function usageLine(command: Command | null): string {
  if (command === null) return 'usage: circusctl [options] command [args]'
  const flags = command.flags.map(({ name, takes }) =>
    takes === null ? `[--${name}]` : `[--${name} ${takes}]`,
  )
  return ['usage: circusctl', command.name, ...command.words, ...flags].join(' ')
}
