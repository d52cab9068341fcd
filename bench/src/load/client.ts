import { setTimeout as sleep } from 'node:timers/promises'
import { Connection, type Outcome } from './connection.ts'
import type { Response } from './response-parser.ts'
import type { Tally } from './tally.ts'

/** A request and what a right answer to it is. */
export interface Exchange {
  readonly bytes: Buffer
  readonly isRight: (response: Response) => boolean
}

export interface ClientOptions {
  /** On 127.0.0.1. */
  readonly port: number
  /** Use a connection for more than one request. The requests must ask for the same (`Connection: close` or not). */
  readonly keepsAlive: boolean
  /** Pause between an answer and the next request, in ms: evenly spread from 0 to this. 0 = none. */
  readonly maxThinkMs: number
  /** Limit of each connect and of each request, in ms. */
  readonly timeoutMs: number
  readonly nextExchange: () => Exchange
  readonly tally: Tally
  /** Ends the client; a request under way is waited for. */
  readonly signal: AbortSignal
}

/**
 * One client: sends a request, waits for its end, counts it, thinks, and so on until the signal. It never retries. It opens
 * a new connection when the one before has ended, as far as it can know before it sends.
 */
export async function runClient(options: ClientOptions): Promise<void> {
  const { tally, signal, maxThinkMs } = options
  let connection: Connection | null = null
  while (!signal.aborted) {
    if (connection?.isOpen === false) {
      tally.countClose(connection.closedByServer)
      connection = null
    }
    connection = await sendOne(options, connection)
    if (!options.keepsAlive) {
      connection?.close()
      connection = null
    }
    if (maxThinkMs > 0) await sleep(Math.random() * maxThinkMs)
  }
  tally.countClose(connection?.closedByServer ?? null)
  connection?.close()
}

/** Sends one request, on a new connection if there is none. Gives the connection, or null if none could be opened. */
async function sendOne(
  { port, timeoutMs, tally, nextExchange }: ClientOptions,
  current: Connection | null,
): Promise<Connection | null> {
  const { bytes, isRight } = nextExchange()
  const sent = tally.countSent()
  const connection = current ?? (await Connection.open(port, timeoutMs))
  if (typeof connection === 'string') {
    tally.countFailure(connection)
    return null
  }
  const outcome = checked(await connection.request(bytes), isRight)
  if (outcome.type === 'failed') tally.countFailure(outcome.kind)
  else tally.countAnswered(sent)
  return connection
}

function checked(outcome: Outcome, isRight: Exchange['isRight']): Outcome {
  if (outcome.type === 'failed' || isRight(outcome.response)) return outcome
  return { type: 'failed', kind: 'wrongAnswer' }
}
