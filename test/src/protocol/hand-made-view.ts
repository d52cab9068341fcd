import { newArbiter, type Arbiter } from '../../../supervisor/dist/core/arbiter-state.js'
import type { WatcherPolicy } from '../../../supervisor/dist/core/policy.js'
import type { Process } from '../../../supervisor/dist/core/process-state.js'
import {
  newSlot,
  newWatcher,
  type Watcher,
  type WatcherStatus,
} from '../../../supervisor/dist/core/watcher-state.js'
import type { ArbiterView, SocketView } from '../../../supervisor/dist/protocol/view.js'
import { configOf } from '../config/parse-text.ts'
import { defaultPolicy } from '../core/fake-world.ts'

interface HandMadeWatcher extends Partial<WatcherPolicy> {
  readonly is?: WatcherStatus
  /** null for a process that is being spawned. */
  readonly pids?: readonly (number | null)[]
}

/** A watcher as commands see it; active unless `is` says something else. */
export function watcher({ is = 'active', pids = [], ...policy }: HandMadeWatcher): Watcher {
  const whole = { ...defaultPolicy, numprocesses: pids.length, ...policy }
  return {
    ...newWatcher(whole),
    is,
    want: is === 'active' || is === 'starting' ? 'up' : 'down',
    slots: pids.map((_pid, index) => newSlot(index + 1)),
    processes: pids.map((pid, index) => handMadeProcess(pid, index + 1)),
  }
}

/** What the watchers of `sampleView` are in a file. */
const sampleConfig = configOf(`
[watcher:web]
cmd = app
numprocesses = 2
[watcher:Mixed Case]
cmd = app
[watcher:sleeper]
cmd = sleep 1000
singleton = true
[watcher:by-hand]
cmd = app
autostart = false
`)

/** The daemon of most samples: four watchers, two sockets. */
export const sampleView: ArbiterView = {
  now: 0,
  arbiter: arbiterWith(
    watcher({ name: 'web', pids: [11348, 11349] }),
    watcher({ name: 'Mixed Case', is: 'stopped' }),
    watcher({ name: 'sleeper', pids: [11347], singleton: true }),
    watcher({ name: 'by-hand', is: 'stopped', autostart: false }),
  ),
  sockets: [
    inetSocket({ name: 'web', fd: 8, host: '127.0.0.1', port: 18888 }),
    { name: 'unixs', fd: 7, backlog: 2048, host: null, port: null, path: 'run/u.sock' },
  ],
  optionsOf: (name) => ({
    __name__: `watcher:${name}`,
    cmd: 'sleep',
    env: { PORT: '80', DB_PASSWORD: 'hunter2' },
    graceful_timeout: 1.5,
    respawn: true,
    stdout_stream_conf: {},
    uid: null,
  }),
  globalOptions: {
    endpoint: 'tcp://127.0.0.1:5555',
    stats_endpoint: 'tcp://127.0.0.1:5557',
    pubsub_endpoint: 'tcp://127.0.0.1:5556',
    check_delay: 1,
    multicast_endpoint: 'udp://237.219.251.97:12027',
  },
  warmupDelayMs: 250,
  daemon: { pid: 11342, version: '1.2.3', node: '20.20.0' },
  definitions: sampleConfig.watchers,
  watcherContext: sampleConfig.context,
  childrenOf: (pid) => (pid === 11348 ? [11400] : []),
  jobs: { open: [], outcomeOf: () => undefined },
  causesOf: () => [],
}

export function arbiterWith(...watchers: readonly Watcher[]): Arbiter {
  return { ...newArbiter(), watchers }
}

function inetSocket(socket: Pick<SocketView, 'name' | 'fd' | 'host' | 'port'>): SocketView {
  return { ...socket, backlog: 2048, path: null }
}

function handMadeProcess(pid: number | null, id: number): Process {
  return {
    id,
    wid: id,
    generation: 1,
    pid,
    startTime: null,
    is: pid === null ? 'spawning' : 'ready',
    want: 'up',
    sent: null,
    spawnedAt: 0,
    haste: null,
    readyAt: pid === null ? null : 0,
    awaitsHook: false,
    hasShownReady: false,
    lot: 0,
    speaksNotify: false,
    notifyClosed: false,
    assumeReadyAfterMs: 0,
    deadline: null,
  }
}
