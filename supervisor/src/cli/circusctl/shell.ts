import { createInterface } from 'node:readline'
import { EXIT, type ExitCode } from './exit-code.ts'
import { shellHelp } from './help.ts'
import { runCommand } from './run-command.ts'
import type { Session } from './session.ts'
import { parseShellInput, type ShellInput } from './shell-input.ts'
import { converse } from './shell-terminal.ts'

/**
 * Reads commands from standard input until it ends: a conversation on a terminal, a script from a pipe or file.
 * @param banner What a conversation begins with.
 */
export async function runShell(session: Session, banner: string): Promise<ExitCode> {
  return process.stdin.isTTY && process.stdout.isTTY
    ? converse(session, banner)
    : runScript(session)
}

/**
 * Runs a line after the other, without prompts and questions: `echo status | circusctl` prints what `circusctl status`
 * does. A line that fails does not keep the next one from being run.
 * @returns The exit code of the last line that failed, else 0.
 */
async function runScript(session: Session): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity })
  for await (const line of lines) {
    if (session.signal.aborted) return EXIT.noAnswer
    const input = parseShellInput(line)
    if (input.type === 'leave') break
    const code = await runInput(input, session)
    if (code !== EXIT.ok) exitCode = code
  }
  return exitCode
}

async function runInput(
  input: Exclude<ShellInput, { type: 'leave' }>,
  session: Session,
): Promise<ExitCode> {
  switch (input.type) {
    case 'nothing':
      return EXIT.ok
    case 'help':
      console.log(shellHelp())
      return EXIT.ok
    case 'wrong':
      console.error(`circusctl: error: ${input.message}`)
      return EXIT.usage
    case 'command':
      return runCommand(input.action, session)
  }
}
