import type { Exchange } from './client.ts'

/**
 * Requests `GET /`, all alike; the right answer is status 200 and a body.
 * @param keepsAlive False asks the server to close the connection after the answer.
 */
export function getExchanges(keepsAlive: boolean): () => Exchange {
  const bytes = Buffer.from(
    `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n${keepsAlive ? '' : 'Connection: close\r\n'}\r\n`,
  )
  const exchange: Exchange = {
    bytes,
    isRight: (response) => response.status === 200 && response.body.length > 0,
  }
  return () => exchange
}
