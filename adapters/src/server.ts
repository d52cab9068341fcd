import { Server as NetServer } from 'node:net'
import { hasMethod, property } from './property.ts'
import type { Recognised } from './recognised.ts'

/**
 * A server that the application made itself: http, https, http2, or anything else that listens like `net.Server`.
 * It keeps its own timeouts, TLS context and 'upgrade' listeners. The caller asks `isListening` first.
 */
export function recogniseServer(value: unknown): Recognised | undefined {
  if (!isServer(value)) return undefined
  return {
    family: 'server',
    name: 'server',
    explanation: 'a server that does not listen yet',
    createServer: () => Promise.resolve(value),
  }
}

/** Whether a server has been told to listen already, so that it cannot be given another socket. */
export function isListeningServer(value: unknown): boolean {
  return isServer(value) && value.listening
}

// `https.Server` is no `http.Server`, but all of Node's are `net.Server`. A server of another realm or of a
// bundled copy is known by what it can do.
function isServer(value: unknown): value is NetServer {
  return (
    value instanceof NetServer ||
    (['listen', 'close', 'address', 'on'].every((name) => hasMethod(value, name)) &&
      typeof property(value, 'listening') === 'boolean')
  )
}
