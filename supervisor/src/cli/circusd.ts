import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfigFile } from '../arbiter/config-file.ts'
import { startDaemon, type Daemon } from '../arbiter/daemon.ts'
import { openLog, type LogFile } from '../arbiter/log.ts'
import type { Config } from '../config/config.ts'
import { formatProblem } from '../config/problem.ts'
import type { LogLevel } from '../core/effect.ts'
import { markInheritedCloseOnExec } from '../os/close-on-exec.ts'
import { createPidfile } from '../os/pidfile.ts'

/** How circusd ends, by class of failure. Circus has 0 for most of them, which hides them from init systems. */
export const EXIT = {
  /** Stopped by quit or a signal; --help, --version. */
  ok: 0,
  /** The configuration cannot be used. */
  configuration: 1,
  /** Bad command line. */
  usage: 2,
  /** The system refused something: address in use, directory missing, no permission. EX_OSERR of sysexits.h. */
  system: 71,
} as const

const LEVELS: readonly LogLevel[] = ['critical', 'error', 'warning', 'info', 'debug']

const USAGE = `usage: circusd [options] [config]

Supervises the processes and sockets of a circus.ini.

  config                the INI file
  --log-level LEVEL     ${LEVELS.join(', ')}; default: loglevel of [circus], else info
  --log-output OUTPUT   - for standard error, or a file; default: logoutput of [circus], else -
  --pidfile FILE        default: pidfile of [circus], else none
  --strict              unknown options and sections are errors
  --version             print the version and exit
  -h, --help            print this and exit
`

const OPTIONS = {
  'log-level': { type: 'string' },
  'log-output': { type: 'string' },
  pidfile: { type: 'string' },
  strict: { type: 'boolean', default: false },
  version: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

type CommandLine = ReturnType<typeof parse>

/**
 * circusd. Returns when everything that was started has ended.
 * @param argv Without `node` and the script.
 * @returns the exit code, see `EXIT`
 */
export async function main(argv: readonly string[]): Promise<number> {
  let line: CommandLine
  try {
    line = parse(argv)
  } catch (error) {
    process.stderr.write(`circusd: ${messageOf(error)}\n\n${USAGE}`)
    return EXIT.usage
  }
  const { values, positionals } = line
  if (values.help) return print(USAGE)
  if (values.version) return print(`${version()}\n`)
  const [path] = positionals
  // As Circus: no file is no mistake, but there is nothing to do.
  if (path === undefined) return print(USAGE)
  const { config, problems } = readConfigFile(path, definedOf(process.env), values.strict)
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`)
  if (config === undefined) {
    process.stderr.write(`circusd: ${path} cannot be used; nothing was started\n`)
    return EXIT.configuration
  }
  return supervise(config, values)
}

function parse(argv: readonly string[]) {
  const line = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
  const [, surplus] = line.positionals
  if (surplus !== undefined) {
    throw new TypeError(`Cannot take more than one config: "${surplus}" is one too many`)
  }
  const level = line.values['log-level']
  if (level !== undefined && levelOf(level) === undefined) {
    throw new TypeError(`Cannot use --log-level ${level}: it must be one of ${LEVELS.join(', ')}`)
  }
  return line
}

async function supervise(config: Config, values: CommandLine['values']): Promise<number> {
  const { circus } = config
  const undo: (() => void)[] = []
  try {
    markInheritedCloseOnExec()
    if (circus.umask !== null) process.umask(circus.umask)
    const level = levelOf(values['log-level'] ?? circus.loglevel) ?? 'info'
    const logFile = openLog(values['log-output'] ?? circus.logoutput, level)
    const pidfile = values.pidfile ?? circus.pidfile
    if (pidfile !== null) undo.push(createPidfile(pidfile))
    logFile.log('info', `Starting master on pid ${process.pid}`)
    const daemon = await startDaemon({
      config,
      log: logFile.log,
      environment: process.env,
      toolDirectories: [dirname(process.argv[1] ?? ''), dirname(process.execPath)],
    })
    logFile.log('info', 'Arbiter now waiting for commands')
    undo.push(handleSignals(daemon, logFile))
    // A mistake of ours in one corner must not take everybody's processes with it: the state changes in one place only,
    // which has its own guard.
    process.on('uncaughtException', (error) => {
      logFile.log('critical', `this is a bug: ${error.stack ?? error.message}`)
    })
    const exitCode = await daemon.ended
    logFile.log('info', 'Arbiter exiting')
    return exitCode
  } catch (error) {
    process.stderr.write(`circusd: ${messageOf(error)}\n`)
    return EXIT.system
  } finally {
    for (const act of undo.toReversed()) act()
  }
}

/** @returns what takes the handlers away again */
function handleSignals(daemon: Daemon, { log, reopen }: LogFile): () => void {
  const handlers: Partial<Record<NodeJS.Signals, () => void>> = {
    SIGTERM: daemon.quit,
    SIGINT: daemon.quit,
    SIGQUIT: daemon.quit,
    SIGHUP: daemon.reload,
    // Node would open its inspector, a door for whoever can connect to it.
    SIGUSR1: () => {
      reopen()
      void daemon.reopen()
    },
    SIGWINCH: () => {},
  }
  const installed = Object.entries(handlers).map(([name, act]) => {
    const signal = name as NodeJS.Signals
    const handle = (): void => {
      if (signal !== 'SIGWINCH') log('info', `Got signal ${signal.replace('SIG', 'SIG_')}`)
      act()
    }
    process.on(signal, handle)
    return { signal, handle }
  })
  return () => {
    for (const { signal, handle } of installed) process.off(signal, handle)
  }
}

function levelOf(name: string): LogLevel | undefined {
  return LEVELS.find((level) => level === name.toLowerCase())
}

function definedOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(environment)
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url)
  const { version: its } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }
  return its
}

function print(text: string): number {
  process.stdout.write(text)
  return EXIT.ok
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
