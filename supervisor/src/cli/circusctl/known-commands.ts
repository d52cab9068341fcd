import { nearestName } from '../../config/nearest-name.ts'
import { UsageError } from '../../protocol/command-line.ts'
import type { Command } from '../../protocol/command.ts'
import { commandTable, findCommand } from '../../protocol/command-table.ts'
import { localCommands, type LocalCommand } from './local-command.ts'

export type KnownCommand = Command | LocalCommand

/** Every command that help and completion show, in alphabetical order. circusctl's own one wins over circusd's of that name. */
export function knownCommands(): readonly KnownCommand[] {
  const own = new Set(localCommands.map(({ name }): string => name))
  const shown = localCommands.filter(({ isHidden }) => isHidden !== true)
  const all = [...commandTable.filter(({ name }) => !own.has(name)), ...shown]
  return all.toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

/** @param name In any case. @throws {UsageError} If there is no such command. */
export function commandNamed(name: string): KnownCommand {
  const wanted = name.toLowerCase()
  const command = localCommands.find((local) => local.name === wanted) ?? findCommand(wanted)
  if (command !== undefined) return command
  const near = nearestName(
    name,
    knownCommands().map((known) => known.name),
  )
  const hint = near === undefined ? '; circusctl --help lists them' : `; did you mean "${near}"?`
  throw new UsageError(`Cannot find command "${name}"${hint}`)
}
