import { dirname } from 'node:path'
import { readConfigFile } from '../arbiter/config-file.ts'
import { startDaemon, type Daemon } from '../arbiter/daemon.ts'
import { openLog, type DaemonLog } from '../arbiter/log.ts'
import { statusLine } from '../arbiter/status-line.ts'
import type { Config } from '../config/config.ts'
import { formatProblem } from '../config/problem.ts'
import { EndpointError } from '../net/endpoint-error.ts'
import { markInheritedCloseOnExec } from '../os/close-on-exec.ts'
import type { LauncherLink } from '../os/detached-start.ts'
import { inheritedSockets } from '../os/inherited-sockets.ts'
import { createPidfile, PidfileInUseError } from '../os/pidfile.ts'
import { findServiceManager } from '../os/service-manager.ts'
import { logLevel, type CircusdOptions } from './circusd-arguments.ts'
import { EXIT, exitCodeOf, isRefusal } from './circusd-exit.ts'
import { ServiceReports } from './circusd-service.ts'
import { CircusdSignals } from './circusd-signals.ts'
import { endpointHolder } from './endpoint-holder.ts'
import { say } from './say.ts'

/** What outlives the daemon, and what is undone when it has ended. */
interface Life {
  readonly signals: CircusdSignals
  readonly service: ServiceReports
  /** In the order in which it was done. */
  readonly undo: (() => void)[]
  /** Whoever waits in the foreground until we are up. */
  readonly link: LauncherLink | undefined
  log: DaemonLog | undefined
}

/**
 * Reads the configuration and runs the daemon until it ends.
 * @param link Of --daemon.
 * @returns the exit code, see `EXIT`
 */
export async function runCircusd(
  path: string,
  values: CircusdOptions,
  link: LauncherLink | undefined,
): Promise<number> {
  // First of all: from now on no signal ends us halfway.
  const signals = new CircusdSignals()
  const service = new ServiceReports(findServiceManager(process.env, process.pid))
  const life: Life = { signals, service, undo: [], link, log: undefined }
  try {
    if (values['logger-config'] !== undefined) warn('--logger-config is ignored')
    const { config, problems } = readConfigFile(path, definedOf(process.env), values.strict)
    for (const problem of problems) say(2, `${formatProblem(problem)}\n`)
    if (config !== undefined) return await supervise(path, config, values, life)
    say(2, `circusd: ${path} cannot be used; nothing was started\n`)
    return EXIT.configuration.code
  } catch (error) {
    report(error, life.log)
    return exitCodeOf(error)
  } finally {
    for (const act of life.undo.toReversed()) act()
    service.close()
    signals.close()
  }
}

async function supervise(
  path: string,
  config: Config,
  values: CircusdOptions,
  life: Life,
): Promise<number> {
  const { circus } = config
  markInheritedCloseOnExec()
  if (circus.umask !== null) process.umask(circus.umask)
  const level = logLevel(values['log-level'] ?? circus.loglevel) ?? 'info'
  life.log = await openLog(values['log-output'] ?? circus.logoutput, level)
  const { log, isStderr } = life.log
  if (isStderr && life.link) {
    warn('in the background the log is lost from now on; use --log-output or logoutput')
  }
  const pidfile = values.pidfile ?? circus.pidfile
  if (pidfile !== null) life.undo.push(createPidfile(pidfile))
  log('info', `Starting master on pid ${process.pid}`)
  const daemon = await startDaemon({
    config,
    readConfig: () => readConfigFile(path, definedOf(process.env), values.strict),
    log,
    environment: process.env,
    toolDirectories: [dirname(process.argv[1] ?? ''), dirname(process.execPath)],
    inherited: inheritedSockets(process.env, process.pid),
    opened: () => {
      if (life.signals.isQuitWanted) return
      log('info', 'Arbiter now waiting for commands')
      life.link?.release()
    },
  })
  // A mistake of ours in one corner must not take everybody's processes with it: the state changes in one place only,
  // which has its own guard.
  const survive = (error: Error): void => {
    log('critical', `this is a bug: ${error.stack ?? error.message}`)
  }
  process.on('uncaughtException', survive)
  life.undo.push(() => process.off('uncaughtException', survive))
  connect(daemon, life, life.log)
  const exitCode = await daemon.ended
  log('info', 'Arbiter exiting')
  return exitCode
}

/** From now on signals act, and the service manager hears of us. */
function connect(daemon: Daemon, { signals, service }: Life, { log, reopen }: DaemonLog): void {
  signals.serve({
    log,
    quit: () => {
      daemon.quit()
      service.stopping()
    },
    reload: () => {
      const ended = daemon.reload()
      void service.reloading(ended.then((outcome) => (outcome.ok ? null : outcome.reason)))
    },
    reopen: () => {
      reopen()
      void daemon.reopen()
    },
  })
  service.ready({
    pid: process.pid,
    status: () => statusLine(daemon.state()),
    isStopping: () => daemon.state().is !== 'running',
  })
}

/** Tells what has kept us from running: who has started us, and whoever reads the log. */
function report(error: unknown, log: DaemonLog | undefined): void {
  const message = describe(error)
  // Circus' words, on its channel, for scripts that look for them.
  if (error instanceof PidfileInUseError) {
    say(1, `pid file '${error.path}' is stale, current pid ${process.pid}\n`)
  }
  say(2, `circusd: ${message}\n`)
  if (log !== undefined && !log.isStderr) log.log('critical', message)
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (!isRefusal(error)) return `this is a bug: ${error.stack ?? error.message}`
  if (!(error instanceof EndpointError)) return error.message
  const holder = endpointHolder(error.endpoint)
  return holder === undefined ? error.message : `${error.message}: ${holder}`
}

function warn(message: string): void {
  say(2, `circusd: warning: ${message}\n`)
}

function definedOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(environment)
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
