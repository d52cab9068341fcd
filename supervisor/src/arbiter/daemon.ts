import type { Config, ParsedConfig } from '../config/config.ts'
import type { Arbiter } from '../core/arbiter-state.ts'
import type { BulkCommand } from '../core/event.ts'
import type { JobId, JobOutcome } from '../core/job.ts'
import { bindPublisher, bindRouter, type PublisherSocket, type RouterSocket } from '../net/zmq.ts'
import { monotonicNow, wallNow } from '../os/clock.ts'
import type { InheritedSocket } from '../os/inherited-sockets.ts'
import type { Listener } from '../os/socket.ts'
import { ConfigurationReload } from './configuration-reload.ts'
import { ConfigurationRenewal } from './configuration-renewal.ts'
import { startController, type Controller } from './controller.ts'
import { viewOf, type Records } from './daemon-view.ts'
import { Demands } from './demands.ts'
import { chooseEndpoints, endpointOwnerUid, type Endpoints } from './endpoints.ts'
import { runEventLoop, type EventLoop } from './event-loop.ts'
import { Holdings } from './holdings.ts'
import { JobBook } from './job-book.ts'
import { Journal, watchersOf } from './journal.ts'
import { launchOf, LaunchError, stopRequestOf, type LaunchContext } from './launch.ts'
import { Inquiries } from './inquiries.ts'
import { doorOf, openLock, type Lock } from './lock.ts'
import type { Log } from './log.ts'
import { newPerformer } from './perform.ts'
import { ProcessSampler } from './process-sampler.ts'
import { createPublisher, type Publisher } from './publisher.ts'
import { Trees } from './trees.ts'
import { WatcherHooks } from './watcher-hooks.ts'

/** A running circusd. */
export interface Daemon {
  readonly endpoints: Endpoints
  /** Stops everything, then leaves. Called again it hurries, then kills. */
  readonly quit: () => void
  /** Reloads every watcher that is not stopped. Resolves when that has ended. */
  readonly reload: () => Promise<JobOutcome>
  /** Opens the files of all streams anew. */
  readonly reopen: () => Promise<void>
  /** The present state. */
  readonly state: () => Arbiter
  /** Resolves when nothing runs any more and everything is closed, to the exit code for circusd. */
  readonly ended: Promise<number>
}

export interface DaemonOptions {
  readonly config: Config
  /** Reads the configuration as it is in the files now. */
  readonly readConfig: () => ParsedConfig
  readonly log: Log
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Directories which are searched for programs after those of PATH. */
  readonly toolDirectories: readonly string[]
  /** What the service manager has passed to us; what nobody wants is closed. */
  readonly inherited: readonly InheritedSocket[]
  /** Called when everything is open and before anything is started. */
  readonly opened: () => void
}

/** What the daemon holds open. */
interface Resources {
  readonly endpoints: Endpoints
  readonly lock: Lock | null
  readonly router: RouterSocket
  readonly events: PublisherSocket
  readonly holdings: Holdings
  readonly trees: Trees
}

/** The parts that act. */
interface Crew {
  readonly loop: EventLoop
  readonly controller: Controller
  readonly hooks: WatcherHooks
  readonly demands: Demands
  readonly records: Records
  /** Who waits for the jobs that no client has asked for. */
  readonly ownJobs: Map<JobId, (outcome: JobOutcome) => void>
}

/**
 * Binds the endpoints and the sockets, opens the files, and begins to start the watchers. When it rejects, nothing is
 * left open and nothing was started.
 * @throws {EndpointError | OpenEndpointError | KeyFileError | UnknownAccountError | RuntimeDirectoryError | SocketError | OutputError}
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const resources = await openAll(options)
  const crew = assemble(options, resources)
  const { config } = options
  options.opened()
  for (const policy of config.watchers)
    crew.loop.post({ type: 'addWatcher', policy, request: null })
  const boot = startAll(config)
  crew.records.jobs.begin(boot.job, 'start')
  crew.records.journal.ask(boot.watchers, 'start', 'circusd has been started')
  crew.loop.post({ type: 'bulk', command: boot })
  return handleOf(resources, crew)
}

async function openAll({ config, log, environment, inherited }: DaemonOptions): Promise<Resources> {
  const undo: (() => Promise<void> | void)[] = []
  try {
    const endpoints = chooseEndpoints(config.circus, environment, log)
    const lock = await openLock(config.circus, log)
    undo.push(() => lock?.close())
    const gate = lock?.gate ?? null
    // First the control endpoint: whoever holds it is the circusd that also holds everything else.
    const ownerUid = endpointOwnerUid(config.circus)
    const router = await bindRouter(endpoints.control, { gate, ownerUid })
    undo.push(() => router.close())
    const events = await bindPublisher(endpoints.events, 'events', { gate })
    undo.push(() => events.close())
    log('info', `requests at ${router.endpoint}, events at ${events.endpoint}`)
    const holdings = await Holdings.open(config, inherited, log)
    log('info', 'sockets started')
    const trees = Trees.open({ log, useCgroups: config.circus.cgroup === 'auto' })
    return { endpoints, lock, router, events, holdings, trees }
  } catch (error) {
    for (const close of undo.toReversed()) await close()
    throw error
  }
}

function assemble(options: DaemonOptions, resources: Resources): Crew {
  const { log, readConfig } = options
  const { events, holdings } = resources
  const publisher = createPublisher(events, wallSeconds)
  const ownJobs: Crew['ownJobs'] = new Map()
  const records = { jobs: new JobBook(monotonicNow), journal: new Journal(wallSeconds) }
  const demands = new Demands((watcher) => loop.post({ type: 'demand', watcher }))
  const sampler = new ProcessSampler()
  const hooks = newHooks(options, resources, publisher, () => loop.state())
  const loop: EventLoop = runEventLoop(
    (post) => {
      const renewal = new ConfigurationRenewal({ log, holdings, demands, read: readConfig, post })
      return newPerformer(
        {
          log,
          trees: resources.trees,
          hooks,
          announce: (announcement) => {
            if (announcement.name === 'reap') sampler.forget(announcement.pid)
            publisher.publish(announcement)
          },
          endJob: (job, outcome) => {
            ownJobs.get(job)?.(outcome)
            ownJobs.delete(job)
            controller.jobEnded(job, outcome)
            reload.noteEnd(job, outcome)
            // What nobody waits for is told to the log.
            if (!outcome.ok) log('debug', `job ${job} has failed: ${outcome.reason}`)
          },
          launch: (watcher, wid, generation) =>
            launchOf(launchContext(options, holdings, watcher), wid, generation),
          stopCommand: (watcher, wid, pid) =>
            stopRequestOf(launchContext(options, holdings, watcher), wid, pid),
          noteCause: (watcher, what) => records.journal.note(watcher, what),
          forget: (watcher) => {
            holdings.forget(watcher)
            records.journal.forget(watcher)
          },
          awaitDemand: (watcher) => demands.await(watcher, listenersOf(holdings, watcher)),
          ignoreDemand: (watcher) => demands.ignore(watcher),
          readConfiguration: (job) => renewal.read(job),
          adoptConfiguration: (job) => void renewal.adopt(job),
        },
        post,
      )
    },
    (error) =>
      log('critical', `this is a bug: ${error instanceof Error ? error.stack : String(error)}`),
  )
  const reload = new ConfigurationReload({
    log,
    holdings,
    demands,
    read: readConfig,
    state: loop.state,
    post: loop.post,
    ended: (job, outcome, notes) => controller.jobEnded(job, outcome, notes),
  })
  const inquiries = new Inquiries(sampler, hooks)
  const controller = newController(options, resources, { loop, records, reload, inquiries })
  return { loop, controller, hooks, demands, records, ownJobs }
}

/** What answers clients acts on. */
interface ControlParts extends Pick<Crew, 'loop' | 'records'> {
  readonly reload: ConfigurationReload
  readonly inquiries: Inquiries
}

function newController(
  { log }: DaemonOptions,
  { router, holdings, endpoints, lock }: Resources,
  { loop, records, reload, inquiries }: ControlParts,
): Controller {
  const names = (): readonly string[] => loop.state().watchers.map(({ policy }) => policy.name)
  return startController({
    router,
    door: doorOf(endpoints.control, lock),
    view: () => viewOf(loop.state(), holdings, endpoints, records),
    post: loop.post,
    inquiries,
    define: (watcher) => holdings.define(watcher),
    reloadConfiguration: (job) => reload.begin(job),
    jobs: records.jobs,
    accepted: (event, command, by) => records.journal.ask(watchersOf(event, names()), command, by),
    clock: { wallSeconds },
    log,
  })
}

function newHooks(
  { log, environment }: DaemonOptions,
  { holdings }: Resources,
  publisher: Publisher,
  state: () => Arbiter,
): WatcherHooks {
  return new WatcherHooks({
    log,
    environment: definedOf(environment),
    definition: (watcher) => holdings.definition(watcher),
    state: (watcher) => state().watchers.find(({ policy }) => policy.name === watcher),
    announce: (announcement) => publisher.publish(announcement),
  })
}

/** @throws {LaunchError} If the watcher is not in the configuration. */
function launchContext(
  { toolDirectories }: DaemonOptions,
  holdings: Holdings,
  watcher: string,
): LaunchContext {
  const options = holdings.definition(watcher)
  if (options === undefined) throw new LaunchError('the watcher is not in the configuration')
  const { outputs } = holdings
  const stdinListener = holdings.stdinListenerOf(options)
  return {
    options,
    listeners: holdings.listenersOf(options),
    stdinListener,
    outputs,
    toolDirectories,
  }
}

/** The sockets at which connections for a watcher arrive. */
function listenersOf(holdings: Holdings, watcher: string): readonly Listener[] {
  const options = holdings.definition(watcher)
  if (options === undefined) return []
  const stdin = holdings.stdinListenerOf(options)
  const granted = holdings.listenersOf(options)
  return stdin === undefined || granted.includes(stdin) ? granted : [...granted, stdin]
}

function startAll({ circus, watchers }: Config): BulkCommand {
  return {
    kind: 'start',
    job: 'boot',
    watchers: watchers.filter(({ autostart }) => autostart).map(({ name }) => name),
    warmupDelayMs: circus.warmupDelayMs,
    sequential: false,
    isExplicit: false,
  }
}

function handleOf(resources: Resources, crew: Crew): Daemon {
  const { endpoints, holdings } = resources
  const { loop, ownJobs, records } = crew
  let signals = 0
  const begin = (command: string, by: string, watchers: readonly string[]): JobId => {
    const job = `signal-${++signals}`
    records.jobs.begin(job, command)
    records.journal.ask(watchers, command, by)
    return job
  }
  return {
    endpoints,
    quit: () => loop.post({ type: 'quit', job: begin('quit', 'a signal to circusd', []) }),
    reload: () => {
      const watchers = loop
        .state()
        .watchers.filter(({ is }) => is !== 'stopped')
        .map(({ policy }) => policy.name)
      const { warmupDelayMs } = holdings.config.circus
      const job = begin('reload', 'SIGHUP to circusd', watchers)
      const command = { kind: 'reload', job, watchers, warmupDelayMs } as const
      const ended = new Promise<JobOutcome>((resolve) => ownJobs.set(command.job, resolve))
      loop.post({ type: 'bulk', command: { ...command, sequential: false, isExplicit: false } })
      return ended
    },
    reopen: () => holdings.outputs.reopen(),
    state: loop.state,
    ended: closeAfter(loop.ended, resources, crew),
  }
}

async function closeAfter(
  leaving: Promise<number>,
  { trees, holdings, events, lock }: Resources,
  { hooks, demands, controller }: Crew,
): Promise<number> {
  const exitCode = await leaving
  // What hooks have started is ended with them, so that the trees find nobody whom they do not know.
  await hooks.close()
  await demands.close()
  await trees.close()
  await holdings.close()
  await controller.close()
  await events.close()
  lock?.close()
  return exitCode
}

function definedOf(environment: DaemonOptions['environment']): Record<string, string> {
  const entries = Object.entries(environment)
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

function wallSeconds(): number {
  return wallNow() / 1_000
}
