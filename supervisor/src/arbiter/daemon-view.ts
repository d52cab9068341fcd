import { describeOptions } from '../config/describe-options.ts'
import type { Arbiter } from '../core/arbiter-state.ts'
import { monotonicNow } from '../os/clock.ts'
import { children } from '../os/procfs.ts'
import type { Listener } from '../os/socket.ts'
import type { ArbiterView, SocketView } from '../protocol/view.ts'
import type { Endpoints } from './endpoints.ts'
import type { Holdings } from './holdings.ts'
import { packageVersion } from './package-version.ts'
import type { JobBook } from './job-book.ts'
import type { Journal } from './journal.ts'

/** What the daemon remembers beside the state. */
export interface Records {
  readonly jobs: JobBook
  readonly journal: Journal
}

/** What commands are answered from, at this moment. */
export function viewOf(
  arbiter: Arbiter,
  holdings: Holdings,
  endpoints: Endpoints,
  { jobs, journal }: Records,
): ArbiterView {
  const { circus, context } = holdings.config
  return {
    arbiter,
    now: monotonicNow(),
    sockets: Array.from(holdings.sockets.values(), toSocketView),
    optionsOf: (name) => {
      const options = holdings.definition(name)
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
    daemon: { pid: process.pid, version: packageVersion(), node: process.versions.node },
    definitions: holdings.definitions,
    watcherContext: context,
    childrenOf: children,
    jobs,
    causesOf: (watcher) => journal.of(watcher),
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
