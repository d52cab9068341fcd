import type { Socket } from 'node:net'

/** How long a client may take to close its side after we have closed ours, in ms. nginx: `lingering_timeout` 5 s. */
export const LINGER_MS = 2000

/**
 * Says to the client that nothing more will come, and goes on reading until it closes its side too: closing at
 * once would answer bytes under way with a reset, which can make the client lose what it has not read yet
 * (RFC 9112, section 9.6). After `LINGER_MS` the connection is destroyed.
 */
export function halfClose(socket: Socket): void {
  socket.end()
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
}
