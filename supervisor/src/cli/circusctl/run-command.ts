import { UsageError } from '../../protocol/command-line.ts'
import type { CommandAction } from './arguments.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { commandHelp, helpText, usageLine } from './help.ts'
import { runCall } from './run-call.ts'
import { runLocal } from './run-local.ts'
import type { Session } from './session.ts'

/** Runs what was typed, as an argument list or as a line of the shell, and prints what comes of it. */
export async function runCommand(action: CommandAction, session: Session): Promise<ExitCode> {
  switch (action.type) {
    case 'help':
      console.log(action.command === null ? helpText() : commandHelp(action.command))
      return EXIT.ok
    case 'misuse':
      console.error(`${usageLine(action.command)}\ncircusctl: error: ${action.message}`)
      return EXIT.usage
    case 'call':
      return runCall(action.command, action.properties, session)
    case 'local':
      return runLocalChecked(action, session)
  }
}

async function runLocalChecked(
  { command, line }: Extract<CommandAction, { type: 'local' }>,
  session: Session,
): Promise<ExitCode> {
  try {
    return await runLocal(command, line, session)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return runCommand({ type: 'misuse', command, message: error.message }, session)
  }
}
