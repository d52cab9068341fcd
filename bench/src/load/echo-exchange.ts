import type { Exchange } from './client.ts'

/** Longest body, in bytes: small enough for one packet, long enough to differ in length. */
const MAX_BODY_BYTES = 512

/**
 * Requests `POST /echo`, each with a body which no other request has; the right answer is status 200 and that body.
 * @param client Number of the client, part of every body.
 * @param keepsAlive False asks the server to close the connection after the answer.
 */
export function echoExchanges(client: number, keepsAlive: boolean): () => Exchange {
  let count = 0
  return () => {
    count += 1
    const name = `client ${client} request ${count} `
    const body = name.padEnd(name.length + ((count * 37) % (MAX_BODY_BYTES - name.length)), '.')
    return {
      bytes: Buffer.from(
        `POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n` +
          `Content-Length: ${body.length}\r\n${keepsAlive ? '' : 'Connection: close\r\n'}\r\n${body}`,
      ),
      isRight: (response) => response.status === 200 && response.body.toString() === body,
    }
  }
}
