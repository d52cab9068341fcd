/**
 * What listens at an endpoint, by a plain connection: ZeroMQ itself does not tell whether anybody is there.
 *
 * A ZeroMQ 3 peer sends a greeting of 64 bytes when it has got the first ones of ours: 0xFF, eight bytes, 0x7F, the
 * version (2 bytes), and the name of its security mechanism in 20 bytes. Source: RFC 23/ZMTP.
 */
import { connect, type Socket } from 'node:net'
import { ipcPath } from '../../net/ipc-path.ts'

/** Longest time for a connection and a greeting, in ms. */
const PROBE_MS = 1_000

const GREETING_BYTES = 64
const MECHANISM_AT = 12
const MECHANISM_BYTES = 20

export type Listener =
  /** Nobody listens there. */
  | { readonly type: 'nobody' }
  /** The system does not let us connect. `reason` is its word for that. */
  | { readonly type: 'refused'; readonly reason: string }
  /** Somebody listens and says nothing in time. */
  | { readonly type: 'silent' }
  /** Somebody listens who does not speak ZeroMQ. */
  | { readonly type: 'stranger' }
  /** `NULL`, `CURVE`, `PLAIN`. */
  | { readonly type: 'zeromq'; readonly mechanism: string }
  /** It is not known how to look there. */
  | { readonly type: 'unknown' }

/** Never rejects. */
export async function probeEndpoint(endpoint: string): Promise<Listener> {
  const socket = connectTo(endpoint)
  if (socket === null) return { type: 'unknown' }
  return new Promise((resolve) => {
    let greeting = Buffer.alloc(0)
    const finish = (listener: Listener): void => {
      socket.destroy()
      resolve(listener)
    }
    socket.setTimeout(PROBE_MS, () => finish({ type: 'silent' }))
    socket.once('connect', () => socket.write(ourGreeting()))
    socket.once('error', (error: NodeJS.ErrnoException) => finish(failureOf(error)))
    socket.once('end', () => finish({ type: 'stranger' }))
    socket.on('data', (chunk: Buffer) => {
      greeting = Buffer.concat([greeting, chunk])
      if (greeting[0] !== 0xff) finish({ type: 'stranger' })
      else if (greeting.length >= GREETING_BYTES)
        finish({ type: 'zeromq', ...readGreeting(greeting) })
    })
  })
}

function connectTo(endpoint: string): Socket | null {
  const path = ipcPath(endpoint)
  if (path !== null) return connect(path)
  const [, bracketed, plain, port] = /^tcp:\/\/(?:\[(.*)\]|([^:]*)):(\d+)$/.exec(endpoint) ?? []
  const host = bracketed ?? plain
  return host === undefined ? null : connect(Number(port), host)
}

function failureOf({ code, message }: NodeJS.ErrnoException): Listener {
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return { type: 'nobody' }
  return { type: 'refused', reason: code === 'EACCES' ? 'permission denied' : message }
}

/** Its beginning: signature and version. A peer that knew our mechanism, too, would hang up if it wants another one. */
function ourGreeting(): Buffer {
  return Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0])
}

function readGreeting(greeting: Buffer): { mechanism: string } {
  const field = greeting.subarray(MECHANISM_AT, MECHANISM_AT + MECHANISM_BYTES).toString('latin1')
  return { mechanism: field.replaceAll('\0', '') }
}
