import type { Server } from 'node:net'

/** Longest time that idle connections are kept in a drain by default, in ms, whatever the keep-alive timeout. */
const LONGEST_IDLE_GRACE_MS = 10_000

/** How much longer than it announces Node keeps an idle connection, in ms. Servers of Node >= 22.19 say it. */
const KEEP_ALIVE_BUFFER_MS = 1000

/**
 * How long idle connections are kept in a drain unless the command line says it, in ms: for as long as the server
 * keeps them anyway, so that a client which honours `Keep-Alive: timeout=` never finds one closed; at most 10 s and
 * the buffer.
 */
export function defaultIdleGraceMs(server: Server): number {
  const timeoutMs = numberOf(server, 'keepAliveTimeout') ?? 0
  const bufferMs = numberOf(server, 'keepAliveTimeoutBuffer') ?? KEEP_ALIVE_BUFFER_MS
  // A timeout of 0 means for ever.
  return Math.min(timeoutMs || LONGEST_IDLE_GRACE_MS, LONGEST_IDLE_GRACE_MS) + bufferMs
}

function numberOf(server: Server, name: string): number | undefined {
  const value: unknown = Reflect.get(server, name)
  return typeof value === 'number' ? value : undefined
}
