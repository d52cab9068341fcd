import type { CommandLine } from '../../protocol/command-line.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { commandHelp, helpText } from './help.ts'
import { commandNamed } from './known-commands.ts'
import type { LocalCommand } from './local-command.ts'
import type { Session } from './session.ts'

/**
 * Runs a command that is no request. Each is loaded when it is run: what `circusctl list` does not need shall not cost
 * it anything.
 * @throws {UsageError} If a word cannot be used.
 */
export async function runLocal(
  { name }: LocalCommand,
  line: CommandLine,
  session: Session,
): Promise<ExitCode> {
  const { words } = line
  switch (name) {
    case 'help':
      console.log(words[0] === undefined ? helpText() : commandHelp(commandNamed(words[0])))
      return EXIT.ok
    case 'listen':
      return (await import('./run-listen.ts')).runListen(words, session)
    case 'keygen':
      return (await import('./run-keys.ts')).runKeygen(words[0] ?? 'circus.key')
    case 'authorize':
      return (await import('./run-keys.ts')).runAuthorize(line)
    case 'completion':
      console.log((await import('./completion-script.ts')).completionScript(words[0] ?? ''))
      return EXIT.ok
    case 'complete':
      return (await import('./run-complete.ts')).runComplete(words)
  }
}
