import { children } from '../../../supervisor/dist/os/procfs.js'
import { programs } from '../programs.ts'
import type { Scope } from '../scope.ts'
import { Circusd } from '../subjects/circusd.ts'
import { startReadyProcess } from '../subjects/ready-process.ts'
import type { Serving, Subject } from './subject.ts'

const WORKERS = 2

/** Ways to serve the same app in two workers at one port. */
export const twoWorkers = {
  bare: {
    name: '2 bare node:http on one inherited socket',
    start: (scope) => startOnOneSocket(scope, [programs.bareServer, programs.hello, 'fd:3']),
  },
  runner: {
    name: '2 runners on one inherited socket, no supervisor',
    start: (scope) => startOnOneSocket(scope, [programs.runner, '--fd', '3', programs.hello]),
  },
  circusd: {
    name: 'circusd with 2 runners',
    start: startCircusd,
  },
  cluster: {
    name: 'node:cluster, round robin, 2 workers',
    start: startCluster,
  },
} as const satisfies Record<string, Subject>

async function startOnOneSocket(scope: Scope, args: readonly string[]): Promise<Serving> {
  const { port, fd } = scope.listen()
  const starts = Array.from({ length: WORKERS }, () => startReadyProcess(scope, args, fd))
  const workers = await Promise.all(starts)
  return { port, pids: workers.map(({ pid }) => pid) }
}

async function startCircusd(scope: Scope): Promise<Serving> {
  const circusd = await Circusd.start(scope, { app: programs.hello, workers: WORKERS })
  return { port: circusd.port, pids: [circusd.pid, ...circusd.workerPids()] }
}

async function startCluster(scope: Scope): Promise<Serving> {
  const port = scope.freePort()
  const args = [programs.clusterServer, programs.hello, String(port), String(WORKERS)]
  const { pid } = await startReadyProcess(scope, args)
  return { port, pids: [pid, ...children(pid)] }
}
