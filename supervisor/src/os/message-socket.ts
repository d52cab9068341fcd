/**
 * Sockets to which messages are sent and from which nothing is read (unix(7), udp(7), send(2)).
 *
 * Guaranteed: a send is done at once or not at all, because the socket is non-blocking from birth; it raises no SIGPIPE,
 * which Node ignores. A unix datagram that was taken is kept, whole and in order, until its receiver reads it.
 * Not guaranteed: that a UDP datagram arrives. If nobody listens there, the next send fails with ECONNREFUSED, not this one.
 * Abstract addresses (`@name`) exist on Linux only.
 */
import { closeSync } from 'node:fs'
import { constants } from 'node:os'
import { call } from './libc.ts'
import { platform } from './platform.ts'
import { connect, socket } from './socket-calls.ts'
import { encodeInternetAddress, encodeUnixAddress } from './socket-address.ts'
import { checked } from './system-error.ts'

/** To whom the messages go. A unix path that begins with `@` is an abstract address. */
export type Destination =
  | { readonly family: 'unix'; readonly path: string }
  | { readonly family: 'inet' | 'inet6'; readonly host: string; readonly port: number }

/** Of sys/socket.h; the same on Linux and macOS. */
const SOCK_DGRAM = 2

/** What ends a message on a stream, where nothing else does; as syslog(3) of glibc. */
const RECORD_END = Buffer.from([0])

interface Connection {
  readonly fd: number
  readonly isStream: boolean
}

/** One destination. A unix one may also be a stream socket. */
export class MessageSocket {
  readonly #destination: Destination
  #connection: Connection | undefined

  constructor(destination: Destination) {
    this.#destination = destination
  }

  /**
   * Connects, unless it is connected. `send` does it too, without a word.
   * @throws {SystemError} ENOENT, ECONNREFUSED, EACCES, ...
   * @throws {RangeError} If the destination is no valid address.
   */
  open(): void {
    this.#connection ??= connectTo(this.#destination)
  }

  /**
   * Sends one message, or drops it. If the other end has gone it is looked for once more: it may have been started anew.
   * @returns false if the message was dropped: nobody is there, or the queue is full.
   */
  send(message: Uint8Array): boolean {
    return this.#attempt(message) || (this.#connection === undefined && this.#attempt(message))
  }

  /** Idempotent. A later `send` connects again. */
  close(): void {
    if (this.#connection !== undefined) closeSync(this.#connection.fd)
    this.#connection = undefined
  }

  #attempt(message: Uint8Array): boolean {
    try {
      this.open()
    } catch {
      return false // Nobody is there now.
    }
    const connection = this.#connection
    if (connection === undefined) return false
    const record = connection.isStream ? Buffer.concat([message, RECORD_END]) : message
    const sent = send(connection.fd, record)
    if (sent === record.length) return true
    // Full is not gone. But a stream which took half of a record can only be begun anew.
    if (sent !== -constants.errno.EAGAIN) this.close()
    return false
  }
}

function send(fd: number, bytes: Uint8Array): number {
  return call('long send(int, const void *, unsigned long, int)', fd, bytes, bytes.length, 0)
}

function connectTo(destination: Destination): Connection {
  const datagram = attempt(destination, SOCK_DGRAM)
  if (datagram.result >= 0) return { fd: datagram.result, isStream: false }
  if (destination.family === 'unix' && datagram.result === -constants.errno.EPROTOTYPE) {
    const stream = attempt(destination, platform().SOCK_STREAM)
    return { fd: checked(stream.result, 'connect', `reach ${stream.where}`), isStream: true }
  }
  return { fd: checked(datagram.result, 'connect', `reach ${datagram.where}`), isStream: false }
}

/** A connected descriptor, or the negated error number. */
function attempt(destination: Destination, type: number): { result: number; where: string } {
  const { family, address, where } = encode(destination)
  const fd = socket(family, type, false)
  if (fd < 0) return { result: fd, where }
  const result = connect(fd, address)
  if (result >= 0) return { result: fd, where }
  closeSync(fd)
  return { result, where }
}

function encode(destination: Destination): { family: number; address: Buffer; where: string } {
  const { AF_INET, AF_INET6, AF_UNIX } = platform()
  if (destination.family === 'unix') {
    const { path } = destination
    const address = path.startsWith('@') ? encodeAbstract(path) : encodeUnixAddress(path)
    return { family: AF_UNIX, address, where: path }
  }
  const { family, host, port } = destination
  return {
    family: family === 'inet' ? AF_INET : AF_INET6,
    address: encodeInternetAddress(family, host, port),
    where: family === 'inet' ? `${host}:${port}` : `[${host}]:${port}`,
  }
}

/** The name begins with a NUL and ends where the address ends; a closing NUL would be part of it. */
function encodeAbstract(path: string): Buffer {
  return encodeUnixAddress(path)
    .fill(0, 2, 3)
    .subarray(0, 2 + Buffer.byteLength(path))
}
