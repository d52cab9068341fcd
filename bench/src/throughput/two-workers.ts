import { programs } from '../programs.ts'
import type { Scope } from '../scope.ts'
import { Circusd } from '../subjects/circusd.ts'
import { startReadyProcess } from '../subjects/ready-process.ts'
import type { Subject } from './subject.ts'

const WORKERS = 2

/** Ways to serve the same app in two workers at one port. */
export const twoWorkers = {
  bare: {
    name: 'bare: 2 node:http on one inherited socket',
    start: (scope) => startOnOneSocket(scope, [programs.bareServer, programs.hello, 'fd:3']),
  },
  runner: {
    name: 'runner: 2 runners on one inherited socket, no supervisor',
    start: (scope) => startOnOneSocket(scope, [programs.runner, '--fd', '3', programs.hello]),
  },
  circusd: {
    name: 'circusd: 2 runners',
    start: async (scope) =>
      (await Circusd.start(scope, { app: programs.hello, workers: WORKERS })).port,
  },
  cluster: {
    name: 'cluster: node:cluster, round robin, 2 workers',
    start: async (scope) => {
      const port = scope.freePort()
      const args = [programs.clusterServer, programs.hello, String(port), String(WORKERS)]
      await startReadyProcess(scope, args)
      return port
    },
  },
} as const satisfies Record<string, Subject>

async function startOnOneSocket(scope: Scope, args: readonly string[]): Promise<number> {
  const listener = scope.listen()
  const workers = Array.from({ length: WORKERS }, () => startReadyProcess(scope, args, listener.fd))
  await Promise.all(workers)
  return listener.port
}
