import type { Http2Session } from 'node:http2'
import type { Server, Socket } from 'node:net'

/** The open connections of a server. */
export interface Connections {
  /** Every TCP or unix connection that was accepted. */
  readonly accepted: ReadonlySet<Socket>
  /** Those on which HTTP is spoken: with TLS, the socket on top of the accepted one once the handshake is done. */
  readonly speaking: ReadonlySet<Socket>
  /** HTTP/2 sessions, which are on some of these. */
  readonly sessions: ReadonlySet<Http2Session>
}

/**
 * Keeps the connections of a server, from before it listens. Costs two set operations for each connection and
 * nothing for a request: everything else is found out when the drain begins. Node's own list
 * (`closeIdleConnections`) forgets upgraded connections.
 */
export function trackConnections(server: Server): Connections {
  const accepted = new Set<Socket>()
  const secured = new Set<Socket>()
  const sessions = new Set<Http2Session>()
  server.on('connection', keepIn(accepted))
  server.on('session', keepIn(sessions))
  if (!isTlsServer(server)) return { accepted, speaking: accepted, sessions }
  server.on('secureConnection', keepIn(secured))
  return { accepted, speaking: secured, sessions }
}

/** Whether connections of this server begin with a TLS handshake. Asked without loading `node:tls` (5 ms). */
export function isTlsServer(server: Server): boolean {
  return 'setSecureContext' in server
}

interface Closable {
  on(event: 'close', listener: () => void): unknown
}

// One function for all members, instead of a closure for each: this runs for every connection.
function keepIn<T extends Closable>(set: Set<T>): (member: T) => void {
  function forget(this: T): void {
    set.delete(this)
  }
  return (member) => {
    set.add(member)
    member.on('close', forget)
  }
}
