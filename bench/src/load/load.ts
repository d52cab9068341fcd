import { runClient, type Exchange } from './client.ts'
import { echoExchanges } from './echo-exchange.ts'
import { getExchanges } from './get-exchange.ts'
import { Tally, type LoadReport, type Phase } from './tally.ts'

/** A load on one port of 127.0.0.1. Plain data: it goes to another process. */
export interface LoadOptions {
  readonly port: number
  readonly request: 'get' | 'echo'
  /** Clients which use a connection as long as the server lets them. */
  readonly keepAliveClients: number
  /** Clients which open a connection for each request and say so. */
  readonly newConnectionClients: number
  /** Longest pause of a client between two requests, in ms; see `ClientOptions`. */
  readonly maxThinkMs: number
  /** Limit of each connect and of each request, in ms. */
  readonly timeoutMs: number
}

/** A load under way. */
export interface Load {
  /** From now on requests belong to this phase. */
  enter(phase: Phase): void
  /** Ends all clients after the requests under way. */
  stop(): Promise<LoadReport>
}

/** Starts all clients. */
export function startLoad(options: LoadOptions): Load {
  const { port, maxThinkMs, timeoutMs, keepAliveClients, newConnectionClients } = options
  const tally = new Tally()
  const stopped = new AbortController()
  const { signal } = stopped
  const clients = Array.from({ length: keepAliveClients + newConnectionClients }, (_, index) => {
    const keepsAlive = index < keepAliveClients
    const nextExchange = exchanges(options.request, index, keepsAlive)
    return runClient({ port, keepsAlive, maxThinkMs, timeoutMs, nextExchange, tally, signal })
  })
  return {
    enter: (phase) => tally.enter(phase),
    stop: async () => {
      stopped.abort()
      await Promise.all(clients)
      return tally.report()
    },
  }
}

function exchanges(
  request: LoadOptions['request'],
  client: number,
  keepsAlive: boolean,
): () => Exchange {
  switch (request) {
    case 'get':
      return getExchanges(keepsAlive)
    case 'echo':
      return echoExchanges(client, keepsAlive)
  }
}
