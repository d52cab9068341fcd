import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { Scope } from '../scope.ts'
import { CONNECTIONS, type ConnectionUse, type Generator } from './generator.ts'

/** wrk, the cheapest client that many machines have; undefined where it is not on PATH. */
export function findWrk(): Generator | undefined {
  const version = /^wrk \S+/.exec(spawnSync('wrk', ['-v'], { encoding: 'utf8' }).stdout ?? '')?.[0]
  if (version === undefined) return undefined
  return {
    description: `Load generator: ${version}, 1 thread, ${CONNECTIONS} connections.`,
    measure: measureWithWrk,
  }
}

async function measureWithWrk(
  scope: Scope,
  port: number,
  use: ConnectionUse,
  seconds: number,
): Promise<number> {
  const header = use === 'new connection' ? ['-H', 'Connection: close'] : []
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, ...header, `http://127.0.0.1:${port}/`]
  const child = scope.spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  if (child.stdout === null) throw new Error('Cannot read wrk: it has no output')
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
  const rate = /^Requests\/sec: +([\d.]+)$/m.exec(output)?.[1]
  if (rate === undefined || /Socket errors|Non-2xx/.test(output)) {
    throw new Error(`Cannot measure with wrk: requests failed: ${output}`)
  }
  return Number(rate)
}
