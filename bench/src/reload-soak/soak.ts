import { setTimeout as sleep } from 'node:timers/promises'
import { startRemoteLoad } from '../load/remote-load.ts'
import type { LoadReport } from '../load/tally.ts'
import type { Scope } from '../scope.ts'
import { until } from '../until.ts'
import type { Reloadable } from './reloadable.ts'

const KEEP_ALIVE_CLIENTS = 50
const NEW_CONNECTION_CLIENTS = 10

/** Some requests are under way at any moment, and some connections idle, of all ages. */
const MAX_THINK_MS = 10
const REQUEST_TIMEOUT_MS = 10_000

/** Longest time in which old workers must be gone, in ms: more than any supervisor here lets them drain. */
const DRAIN_TIMEOUT_MS = 60_000

/** How often a subject is reloaded, and how long it is left alone before each time, in ms. */
export interface SoakPlan {
  readonly reloads: number
  readonly pauseMs: number
}

/** What the clients saw, and how long each reload took, in ms, from the order to the end of the last old worker. */
export interface SoakReport {
  readonly load: LoadReport
  readonly reloadMs: readonly number[]
}

/**
 * Reloads again and again under load: clients which keep their connection and clients which do not send POSTs, and none
 * tries again. The phase `reload` lasts from the order until the last old worker is gone.
 * @throws {Error} If a reload fails, or leaves an old worker, or another number of workers than before.
 */
export async function soak(
  scope: Scope,
  subject: Reloadable,
  { reloads, pauseMs }: SoakPlan,
  progress: (line: string) => void,
): Promise<SoakReport> {
  const load = startRemoteLoad(scope, {
    port: subject.port,
    request: 'echo',
    keepAliveClients: KEEP_ALIVE_CLIENTS,
    newConnectionClients: NEW_CONNECTION_CLIENTS,
    maxThinkMs: MAX_THINK_MS,
    timeoutMs: REQUEST_TIMEOUT_MS,
  })
  const reloadMs: number[] = []
  for (let count = 1; count <= reloads; count += 1) {
    await sleep(pauseMs)
    load.enter('reload')
    reloadMs.push(await timeReload(subject))
    load.enter('steady')
    if (count % 10 === 0) progress(`${count} reloads`)
  }
  await sleep(pauseMs)
  return { load: await load.stop(), reloadMs }
}

async function timeReload(subject: Reloadable): Promise<number> {
  const before = new Set(subject.workerPids())
  const startedAt = performance.now()
  await subject.reload()
  const areGone = (): boolean => !subject.workerPids().some((pid) => before.has(pid))
  await until(areGone, `the old workers ${[...before].join(', ')} are gone`, DRAIN_TIMEOUT_MS)
  const reloadMs = performance.now() - startedAt
  const after = subject.workerPids()
  if (after.length !== before.size) {
    throw new Error(`Cannot trust the reload: ${before.size} workers became ${after.length}`)
  }
  return reloadMs
}
