import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from '../load/connection.ts'
import { getExchanges } from '../load/get-exchange.ts'

const TIMEOUT_MS = 20_000
const PAUSE_MS = 1

/**
 * Asks for `GET /` until it is answered, every millisecond while nobody listens.
 * @throws {Error} If it is not answered with status 200 within 20 s, or the connection breaks.
 */
export async function firstAnswer(port: number): Promise<void> {
  const { bytes, isRight } = getExchanges(false)()
  const giveUpAt = performance.now() + TIMEOUT_MS
  for (;;) {
    const connection = await Connection.open(port, TIMEOUT_MS)
    if (connection instanceof Connection) {
      const outcome = await connection.request(bytes)
      connection.close()
      if (outcome.type === 'answered' && isRight(outcome.response)) return
      throw new Error(`Cannot get a first answer: ${JSON.stringify(outcome)}`)
    }
    if (connection !== 'refused' || performance.now() > giveUpAt) {
      throw new Error(`Cannot get a first answer: the connection was ${connection}`)
    }
    await sleep(PAUSE_MS)
  }
}
