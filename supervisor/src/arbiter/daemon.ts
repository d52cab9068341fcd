import type { Config } from '../config/config.ts'
import { describeOptions } from '../config/describe-options.ts'
import type { WatcherOptions } from '../config/options.ts'
import type { Arbiter } from '../core/arbiter-state.ts'
import type { BulkCommand } from '../core/event.ts'
import type { JobId, JobOutcome } from '../core/job.ts'
import { bindPublisher, bindRouter, type PublisherSocket, type RouterSocket } from '../net/zmq.ts'
import { wallNow } from '../os/clock.ts'
import type { InheritedSocket } from '../os/inherited-sockets.ts'
import type { Listener } from '../os/socket.ts'
import type { ArbiterView, SocketView } from '../protocol/view.ts'
import { startController, type Controller } from './controller.ts'
import { chooseEndpoints, type Endpoints } from './endpoints.ts'
import { runEventLoop, type EventLoop } from './event-loop.ts'
import { launchOf, LaunchError, type Launch } from './launch.ts'
import type { Log } from './log.ts'
import { Outputs } from './outputs.ts'
import { newPerformer } from './perform.ts'
import { createPublisher } from './publisher.ts'
import { closeSockets, openSockets, type Sockets } from './sockets.ts'

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
  /** Resolves when nothing runs any more and everything is closed. */
  readonly ended: Promise<void>
}

export interface DaemonOptions {
  readonly config: Config
  readonly log: Log
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Directories which are searched for programs after those of PATH. */
  readonly toolDirectories: readonly string[]
  /** What the service manager has passed to us; what nobody wants is closed. */
  readonly inherited: readonly InheritedSocket[]
  /** Called when everything is open and before anything is started. */
  readonly opened: () => void
}

/** Who waits for the jobs that no client has asked for. */
type OwnJobs = Map<JobId, (outcome: JobOutcome) => void>

/** What the daemon holds open, and in which order it was opened. */
interface Resources {
  readonly endpoints: Endpoints
  readonly router: RouterSocket
  readonly events: PublisherSocket
  readonly sockets: Sockets
  readonly outputs: Outputs
}

/**
 * Binds the endpoints and the sockets, opens the files, and begins to start the watchers. When it rejects, nothing is
 * left open and nothing was started.
 * @throws {EndpointError | OpenEndpointError | RuntimeDirectoryError | SocketError | OutputError}
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const resources = await openAll(options)
  const { config, log } = options
  const definitions = new Map(config.watchers.map((watcher) => [watcher.name, watcher]))
  const publisher = createPublisher(resources.events, wallSeconds)
  const ownJobs: OwnJobs = new Map()
  const loop = runEventLoop(
    newPerformer({
      log,
      announce: (announcement) => publisher.publish(announcement),
      endJob: (job, outcome) => {
        ownJobs.get(job)?.(outcome)
        ownJobs.delete(job)
        endJob(controller, log, job, outcome)
      },
      launch: (watcher, wid, generation) =>
        launch(options, resources, definitions.get(watcher), wid, generation),
    }),
    (error) =>
      log('critical', `this is a bug: ${error instanceof Error ? error.stack : String(error)}`),
  )
  const controller: Controller = startController({
    router: resources.router,
    view: () => viewOf(config, resources, definitions, loop),
    post: loop.post,
    clock: { wallSeconds },
    log,
  })
  options.opened()
  for (const policy of config.watchers) loop.post({ type: 'addWatcher', policy })
  loop.post({ type: 'bulk', command: startAll(config) })
  return handleOf(loop, config, resources, controller, ownJobs)
}

async function openAll({ config, log, environment, inherited }: DaemonOptions): Promise<Resources> {
  const undo: (() => Promise<void> | void)[] = []
  try {
    const endpoints = chooseEndpoints(config.circus, environment, log)
    // First the control endpoint: whoever holds it is the circusd that also holds everything else.
    const router = await bindRouter(endpoints.control)
    undo.push(() => router.close())
    const events = await bindPublisher(endpoints.events, 'events')
    undo.push(() => events.close())
    const sockets = await openSockets(config.sockets, inherited, log)
    undo.push(() => closeSockets(sockets))
    log('info', 'sockets started')
    const outputs = await Outputs.open(config.watchers, log)
    return { endpoints, router, events, sockets, outputs }
  } catch (error) {
    for (const close of undo.toReversed()) await close()
    throw error
  }
}

function launch(
  { toolDirectories }: DaemonOptions,
  { sockets, outputs }: Resources,
  options: WatcherOptions | undefined,
  wid: number,
  generation: number,
): Launch {
  if (options === undefined) throw new LaunchError('the watcher is not in the configuration')
  const listeners = options.sockets.flatMap((name) => sockets.get(name) ?? [])
  return launchOf({ options, listeners, outputs, toolDirectories }, wid, generation)
}

/** Tells whoever waits for the job; what nobody waits for is told to the log, if it failed. */
function endJob(controller: Controller, log: Log, job: JobId, outcome: JobOutcome): void {
  controller.jobEnded(job, outcome)
  if (!outcome.ok) log('debug', `job ${job} has failed: ${outcome.reason}`)
}

function startAll({ circus, watchers }: Config): BulkCommand {
  return {
    kind: 'start',
    job: 'boot',
    watchers: watchers.filter(({ autostart }) => autostart).map(({ name }) => name),
    warmupDelayMs: circus.warmupDelayMs,
    sequential: false,
  }
}

function handleOf(
  loop: EventLoop,
  { circus }: Config,
  { endpoints, outputs, sockets, events }: Resources,
  controller: Controller,
  ownJobs: OwnJobs,
): Daemon {
  const close = async (): Promise<void> => {
    await outputs.close()
    closeSockets(sockets)
    await controller.close()
    await events.close()
  }
  let signals = 0
  const nextJob = (): JobId => `signal-${++signals}`
  return {
    endpoints,
    quit: () => loop.post({ type: 'quit', job: nextJob() }),
    reload: () => {
      const watchers = loop
        .state()
        .watchers.filter(({ is }) => is !== 'stopped')
        .map(({ policy }) => policy.name)
      const { warmupDelayMs } = circus
      const command = { kind: 'reload', job: nextJob(), watchers, warmupDelayMs } as const
      const ended = new Promise<JobOutcome>((resolve) => ownJobs.set(command.job, resolve))
      loop.post({ type: 'bulk', command: { ...command, sequential: false } })
      return ended
    },
    reopen: () => outputs.reopen(),
    state: loop.state,
    ended: loop.ended.then(close),
  }
}

function viewOf(
  { circus }: Config,
  { endpoints, sockets }: Resources,
  definitions: ReadonlyMap<string, WatcherOptions>,
  loop: EventLoop,
): ArbiterView {
  const arbiter = loop.state()
  return {
    arbiter,
    sockets: Array.from(sockets.values(), toSocketView),
    optionsOf: (name) => {
      const options = definitions.get(name)
      const policy = arbiter.watchers.find((watcher) => watcher.policy.name === name)?.policy
      return options === undefined ? {} : describeOptions({ ...options, ...policy })
    },
    globalOptions: {
      endpoint: endpoints.control,
      stats_endpoint: endpoints.stats,
      pubsub_endpoint: endpoints.events,
      check_delay: circus.checkDelayMs / 1_000,
      multicast_endpoint: null,
    },
    warmupDelayMs: circus.warmupDelayMs,
  }
}

function toSocketView({ name, fd, backlog, family, host, port, path }: Listener): SocketView {
  const isUnix = family === 'unix'
  return {
    name,
    fd,
    backlog,
    host: isUnix ? null : host,
    port: isUnix ? null : port,
    path: isUnix ? path : null,
  }
}

function wallSeconds(): number {
  return wallNow() / 1_000
}
