import { type CommandLine, parseCommandLine } from './command-line.ts'
import { takeEnvironment } from './environment.ts'
import { EXIT } from './exit-code.ts'
import { checkInheritedSocket } from './inherited-socket.ts'
import type { Options } from './options.ts'
import { reportFailure } from './report-failure.ts'
import { UsageError } from './runner-error.ts'
import { USAGE } from './usage.ts'
import { version } from './version.ts'
import { Worker } from './worker.ts'

/**
 * The program. Resolves with its exit code when the process should end.
 * @param argv The arguments behind the program's name.
 */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    return await run(parseCommandLine(argv))
  } catch (error) {
    return reportFailure(error)
  }
}

async function run(commandLine: CommandLine): Promise<number> {
  if (commandLine.type === 'serve') return serve(commandLine.options)
  process.stdout.write(commandLine.type === 'help' ? USAGE : `${version()}\n`)
  return EXIT.drained
}

function serve(options: Options): Promise<number> {
  checkInheritedSocket(options.fd)
  if (options.chdir !== undefined) changeDirectory(options.chdir)
  return new Worker(options, takeEnvironment(process.env)).run()
}

function changeDirectory(directory: string): void {
  try {
    process.chdir(directory)
  } catch (cause) {
    throw new UsageError(`Cannot change to the directory ${directory}: ${String(cause)}`, { cause })
  }
}
