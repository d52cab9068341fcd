import { readFileSync } from 'node:fs'
import { ClientKeysError, readClientKeys } from '../client/client-keys.ts'
import { KeyFileError } from '../net/key-file.ts'
import { pythonText } from '../protocol/python.ts'
import { isRecord } from '../protocol/record.ts'
import { type Invocation, parseArguments } from './circusctl/arguments.ts'
import { EXIT, type ExitCode } from './circusctl/exit-code.ts'
import { outputStyle } from './circusctl/output-style.ts'
import { runCommand } from './circusctl/run-command.ts'
import type { Session } from './circusctl/session.ts'

/**
 * The program circusctl: sends one command to circusd and prints the reply, or reads commands from standard input.
 * @param argv What was typed after the name of the program.
 * @returns The exit code.
 */
export async function main(argv: readonly string[]): Promise<number> {
  if (process.env['AUTO_COMPLETE'] !== undefined) {
    return (await import('./circusctl/auto-complete.ts')).autoComplete(process.env)
  }
  const invocation = parseArguments(argv)
  const interrupted = new AbortController()
  const interrupt = (): void => interrupted.abort()
  // Nobody reads any more, as in `circusctl listen | head`.
  process.stdout.on('error', interrupt)
  process.once('SIGINT', interrupt)
  try {
    return await run(invocation, interrupted.signal)
  } finally {
    process.off('SIGINT', interrupt)
  }
}

async function run({ options, action }: Invocation, signal: AbortSignal): Promise<ExitCode> {
  const style = outputStyle(process.env, {
    isStdoutTerminal: process.stdout.isTTY,
    isStderrTerminal: process.stderr.isTTY,
    columns: process.stderr.columns,
  })
  const session: Session = { ...options, style, signal, keys: null, tunnel: null }
  switch (action.type) {
    case 'version':
      console.log(versionLine())
      return EXIT.ok
    case 'help':
    case 'misuse':
      return runCommand(action, session)
    case 'call':
    case 'local':
      return reach(session, (reaching) => runCommand(action, reaching))
    case 'shell': {
      const { runShell } = await import('./circusctl/shell.ts')
      return reach(session, (reaching) => runShell(reaching, versionLine()))
    }
  }
}

/** Finds the keys and the way to circusd. */
async function reach(
  session: Session,
  use: (session: Session) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { serverKey, key: keyFile } = session
  try {
    const keys = readClientKeys({ serverKey, keyFile, environment: process.env })
    return await throughTunnel({ ...session, keys }, use)
  } catch (error) {
    if (!(error instanceof ClientKeysError || error instanceof KeyFileError)) throw error
    console.error(error.message)
    return EXIT.usage
  }
}

/** Opens the tunnel that `--ssh` asks for, and closes it at the end. */
async function throughTunnel(
  session: Session,
  use: (session: Session) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { ssh, sshKeyfile, endpoint, signal } = session
  if (ssh === null) return use(session)
  const { openTunnel, TunnelError } = await import('./circusctl/ssh-tunnel.ts')
  try {
    await using tunnel = await openTunnel({ host: ssh, keyfile: sshKeyfile, endpoint, signal })
    return await use({ ...session, tunnel })
  } catch (error) {
    if (!(error instanceof TunnelError)) throw error
    console.error(error.message)
    return EXIT.noAnswer
  }
}

function versionLine(): string {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const description: unknown = JSON.parse(file)
  const version = isRecord(description) ? pythonText(description['version']) : ''
  return `circusctl ${version}`
}
