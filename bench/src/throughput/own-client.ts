import { setTimeout as sleep } from 'node:timers/promises'
import { sumOfFailures } from '../load/failure.ts'
import { startRemoteLoad } from '../load/remote-load.ts'
import type { Scope } from '../scope.ts'
import { CONNECTIONS, type ConnectionUse, type Generator } from './generator.ts'

const TIMEOUT_MS = 10_000

/** Our own client, for machines without wrk. It costs more than the server it asks, so its ratios are milder. */
export const ownClient: Generator = {
  description: `Load generator: our own client in one process, ${CONNECTIONS} connections.`,
  measure: measureWithOwnClient,
}

async function measureWithOwnClient(
  scope: Scope,
  port: number,
  use: ConnectionUse,
  seconds: number,
): Promise<number> {
  const load = startRemoteLoad(scope, {
    port,
    request: 'get',
    keepAliveClients: use === 'keep-alive' ? CONNECTIONS : 0,
    newConnectionClients: use === 'new connection' ? CONNECTIONS : 0,
    maxThinkMs: 0,
    timeoutMs: TIMEOUT_MS,
  })
  await sleep(seconds * 1_000)
  const report = await load.stop()
  const failed = sumOfFailures(report.failures)
  if (failed > 0) throw new Error(`Cannot measure: ${failed} of ${report.sent} requests failed`)
  return report.answered / report.seconds
}
