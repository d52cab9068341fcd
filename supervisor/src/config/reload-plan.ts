import { changedOptions, strongestOf } from './changed-options.ts'
import type { Config } from './config.ts'
import type { SocketOptions, WatcherOptions } from './options.ts'

/** A watcher that goes on with other options. */
export interface ChangedWatcher {
  readonly options: WatcherOptions
  /** Names of the options that differ. */
  readonly keys: readonly string[]
  /** What becomes of its processes; `live`: nothing. */
  readonly by: 'live' | 'reload' | 'restart'
}

/** What is to be done so that the daemon runs another configuration. */
export interface ReloadPlan {
  readonly added: readonly WatcherOptions[]
  readonly changed: readonly ChangedWatcher[]
  readonly removed: readonly string[]
  readonly sockets: {
    readonly opened: readonly SocketOptions[]
    /** Bound to something else from now on; nobody who runs uses them. */
    readonly rebound: readonly SocketOptions[]
    readonly closed: readonly string[]
  }
  /** What the operator has to know: what this does not bring into effect. */
  readonly notes: readonly string[]
}

/** What the daemon runs now. */
export interface Present {
  /** As the files were read last. */
  readonly config: Config
  /** All watchers, those that were added by a command too. */
  readonly watchers: readonly PresentWatcher[]
}

export interface PresentWatcher {
  readonly options: WatcherOptions
  /** It has processes, or waits for connections: its sockets cannot be taken away. */
  readonly usesSockets: boolean
  /** Somebody has removed it, and it is not stopped yet. */
  readonly isLeaving: boolean
}

/**
 * Compares what runs with what the files say now. A watcher that is the same in the files as when they were read last is left
 * alone, whatever `set` or `incr` have made of it since; one that was added by a command is kept.
 * @returns the plan, or why there is none: each reason is a sentence
 */
export function planReload(
  { config, watchers }: Present,
  next: Config,
): { readonly plan: ReloadPlan } | { readonly refusals: readonly string[] } {
  const present = new Map(watchers.map((one) => [one.options.name, one]))
  const added = next.watchers.filter(({ name }) => !present.has(name))
  const kept = next.watchers.filter(({ name }) => present.has(name))
  const removed = config.watchers
    .map(({ name }) => name)
    .filter((name) => present.has(name) && next.watchers.every((one) => one.name !== name))
  const changed = kept.flatMap((options) => {
    const filed = config.watchers.find(({ name }) => name === options.name)
    const before = filed ?? present.get(options.name)?.options
    return before === undefined ? [] : changeOf(before, options)
  })
  const sockets = planSockets(config, next)
  const staying = watchers.filter(({ options }) => !removed.includes(options.name))
  const refusals = [
    ...refusedNames(added, watchers),
    ...kept.flatMap(({ name }) =>
      present.get(name)?.isLeaving === true
        ? [`${name} is being removed; try again when it is gone`]
        : [],
    ),
    ...refusedSockets([...sockets.rebound.map(({ name }) => name), ...sockets.closed], staying),
  ]
  if (refusals.length > 0) return { refusals }
  return { plan: { added, changed, removed, sockets, notes: fixedChanges(config, next) } }
}

function changeOf(before: WatcherOptions, options: WatcherOptions): readonly ChangedWatcher[] {
  const changes = changedOptions(before, options)
  if (changes.length === 0) return []
  return [{ options, keys: changes.map(({ name }) => name), by: strongestOf(changes) }]
}

function planSockets(config: Config, next: Config): ReloadPlan['sockets'] {
  const before = new Map(config.sockets.map((socket) => [socket.name, socket]))
  const opened = next.sockets.filter(({ name }) => !before.has(name))
  const rebound = next.sockets.filter((socket) => {
    const old = before.get(socket.name)
    return old !== undefined && !isSameSocket(old, socket)
  })
  const closed = config.sockets
    .map(({ name }) => name)
    .filter((name) => next.sockets.every((socket) => socket.name !== name))
  return { opened, rebound, closed }
}

/** Whether two sockets are the same, wherever in the files they are described. */
export function isSameSocket(left: SocketOptions, right: SocketOptions): boolean {
  const { source: _, ...its } = left
  const { source: __, ...others } = right
  return JSON.stringify(its) === JSON.stringify(others)
}

/** Names that differ only by case cannot both be reached by commands, not even while one of them goes. */
function refusedNames(
  added: readonly WatcherOptions[],
  watchers: readonly PresentWatcher[],
): readonly string[] {
  return added.flatMap(({ name }) => {
    const other = watchers.find(({ options }) => options.name.toLowerCase() === name.toLowerCase())
    if (other === undefined) return []
    return [`${name} differs from ${other.options.name} by case only; remove that one first`]
  })
}

function refusedSockets(
  names: readonly string[],
  watchers: readonly PresentWatcher[],
): readonly string[] {
  return names.flatMap((socket) => {
    const users = watchers
      .filter(({ usesSockets }) => usesSockets)
      .map(({ options }) => options)
      .filter(({ sockets, stdinSocket }) => sockets.includes(socket) || stdinSocket === socket)
    if (users.length === 0) return []
    const verb = users.length === 1 ? 'uses' : 'use'
    const who = users.map(({ name }) => name).join(', ')
    return [`[socket:${socket}] cannot change or go while ${who} ${verb} it; stop ${who} first`]
  })
}

/** Options of `[circus]` that differ and cannot change while circusd runs. */
export function fixedChanges(before: Config, after: Config): readonly string[] {
  const fixed = {
    endpoint: 'endpoint',
    pubsub_endpoint: 'pubsubEndpoint',
    stats_endpoint: 'statsEndpoint',
    umask: 'umask',
    pidfile: 'pidfile',
    loglevel: 'loglevel',
    logoutput: 'logoutput',
    debug: 'debug',
    cgroup: 'cgroup',
  } as const
  return Object.entries(fixed)
    .filter(([, field]) => before.circus[field] !== after.circus[field])
    .map(
      ([name]) =>
        `[circus] ${name} has changed: that takes effect when circusd itself is started again`,
    )
}
