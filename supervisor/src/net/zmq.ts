/**
 * ZeroMQ sockets, the only place that knows zeromq.js.
 *
 * What ZeroMQ guarantees: whole messages, in order per peer, connections that come back by themselves. What it does
 * not: that a message arrives. A ROUTER drops replies for clients that have gone, a PUB drops events for subscribers
 * that are slow or not there yet, and nobody is told.
 *
 * Every socket sends with `sendTimeout: 0`: at once or not at all. A send of zeromq.js that waits makes a second one
 * throw ("busy writing"); and a receive that begins meanwhile can swallow the news that the wait is over, so that
 * nothing is ever sent again (zeromq.js 6.8: `HasEvents` in `Socket::Receive` takes the edge of the descriptor).
 */
import { Context, Dealer, Publisher, Router, Subscriber, type Socket } from 'zeromq'
import type { ClientKeys, KeyPair } from './curve.ts'
import { EndpointError } from './endpoint-error.ts'
import { ipcPath, ownIpcPath, probeIpcPath, releaseIpcPath, type OwnedPath } from './ipc-path.ts'
import { decodeZapRequest, encodeZapReply, ZAP_ENDPOINT, type ZapRequest } from './zap.ts'

/**
 * Largest frame that a client may send, in bytes; whoever sends more is disconnected by ZeroMQ. Larger than the largest
 * valid request, so that a request which is only somewhat too large gets an answer.
 */
export const MAX_FRAME_BYTES = 4 * 1_048_576

/** Longest time that replies and events still on their way may hold up the end of the process, in ms. The reply to `quit` is one. */
const FAREWELL_LINGER_MS = 500

/** Messages that a client may have under way, until the next one is refused. Each peer of a bound socket has ZeroMQ's 1,000. */
export const MAX_UNSENT_MESSAGES = 10_000

/** Pause before a client tries again to connect, in ms; doubles up to the second number. */
const RECONNECT_MS = 100
const MAX_RECONNECT_MS = 1_000

/**
 * Events that wait for one slow subscriber; whatever comes after them is lost for this one. About 2 MB, and enough for the
 * start of thousands of processes. Each side has such a queue.
 */
export const MAX_QUEUED_EVENTS = 10_000

/** Connections that wait to be accepted: a thousand clients may come at once after a restart. */
const CONNECTION_BACKLOG = 1_024

/** Longest time that a client may take to say who it is, in ms. ZeroMQ: 30,000. */
const HANDSHAKE_TIMEOUT_MS = 10_000

/** The frames of one message. */
export type Frames = readonly (string | Uint8Array)[]

/** Receives requests and sends replies. The first frame of every message is the identity of the client. */
export interface RouterSocket extends AsyncIterable<readonly Uint8Array[]> {
  /** With the real port where the configured one was `*`. */
  readonly endpoint: string
  /** Never waits and never throws: what cannot be sent is lost. */
  send(frames: Frames): void
  /** Ends the iteration. Resolves when the endpoint is free; what was sent before may still go out. */
  close(): Promise<void>
}

export interface PublisherSocket {
  /** With the real port where the configured one was `*`. */
  readonly endpoint: string
  /** Never waits and never throws: what cannot be sent is lost. */
  send(frames: Frames): void
  /** Resolves when the endpoint is free; what was sent before may still go out. */
  close(): Promise<void>
}

export interface DealerSocket extends AsyncIterable<readonly Uint8Array[]> {
  /** Rejects at once if `MAX_UNSENT_MESSAGES` are under way, or the socket is closed. */
  send(frames: Frames): Promise<void>
  /** Ends the iteration. @param lingerMs Time that unsent messages may take, in ms. Default 0: they are lost. */
  close(lingerMs?: number): void
}

export interface SubscriberSocket extends AsyncIterable<readonly Uint8Array[]> {
  /** Ends the iteration. */
  close(): void
}

/** Locks TCP endpoints: whoever is not welcome is cut off in the handshake. */
export interface Gate {
  /** ZeroMQ asks one handler for all sockets of a context, so those behind a gate have a context of their own. */
  readonly context: Context
  readonly secretKey: string
  /** After the sockets behind it: nobody comes in any more. */
  close(): void
}

/** @param isWelcome Asked in each handshake. Its key is null if a client does not use CURVE. Must not throw. */
export async function openGate(
  { secretKey }: KeyPair,
  isWelcome: (publicKey: Uint8Array | null, address: string) => boolean,
): Promise<Gate> {
  const context = new Context({ blocky: false })
  const handler = new Router({ context, linger: 0, sendTimeout: 0 })
  await handler.bind(ZAP_ENDPOINT)
  void answerAll(handler, ({ publicKey, address }) => isWelcome(publicKey, address))
  return { context, secretKey, close: () => handler.close() }
}

async function answerAll(
  handler: Router,
  isWelcome: (request: ZapRequest) => boolean,
): Promise<void> {
  for await (const frames of handler) {
    const request = decodeZapRequest(frames)
    if (request === undefined) continue
    handler.send(encodeZapReply(request, isWelcome(request))).catch(() => {
      // The client has gone in the middle of its handshake.
    })
  }
}

/** Who may connect. */
export interface Protection {
  /** Locks the endpoint if it is a TCP one; those of other transports are protected by their directory. Default: no lock. */
  readonly gate?: Gate | null
  /** The user to whom the file of an ipc endpoint is given. Default: our own. */
  readonly ownerUid?: number | null
}

/** @throws {EndpointError} If the endpoint is invalid or taken, or cannot be given to its owner. */
export async function bindRouter(
  endpoint: string,
  { gate = null, ownerUid = null }: Protection = {},
): Promise<RouterSocket> {
  const socket = new Router({
    ...bound(endpoint, gate),
    maxMessageSize: MAX_FRAME_BYTES,
  })
  const router = await bind(socket, endpoint, 'control', ownerUid)
  return { ...router, [Symbol.asyncIterator]: () => socket[Symbol.asyncIterator]() }
}

/**
 * @param purpose Names the endpoint in errors: `events` or `stats`.
 * @throws {EndpointError} If the endpoint is invalid or taken, or cannot be given to its owner.
 */
export async function bindPublisher(
  endpoint: string,
  purpose: string,
  { gate = null, ownerUid = null }: Protection = {},
): Promise<PublisherSocket> {
  const socket = new Publisher({
    ...bound(endpoint, gate),
    sendHighWaterMark: MAX_QUEUED_EVENTS,
  })
  return bind(socket, endpoint, purpose, ownerUid)
}

/**
 * Connects in the background, again and again. Nobody tells whether somebody listens there, or does not let us in.
 * @param keys For a locked endpoint. Default: none.
 * @throws {EndpointError} If the endpoint is invalid.
 */
export function connectDealer(endpoint: string, keys: ClientKeys | null = null): DealerSocket {
  const socket = new Dealer({
    ...connecting(endpoint, keys),
    sendTimeout: 0,
    sendHighWaterMark: MAX_UNSENT_MESSAGES,
  })
  connect(socket, endpoint)
  return {
    send: async (frames) => socket.send([...frames]),
    close: (lingerMs = 0) => {
      if (socket.closed) return
      socket.linger = lingerMs
      socket.close()
    },
    [Symbol.asyncIterator]: () => socket[Symbol.asyncIterator](),
  }
}

/**
 * Connects as `connectDealer`.
 * @param topics Prefixes of the topics to receive.
 * @param keys As for `connectDealer`.
 * @throws {EndpointError} If the endpoint is invalid.
 */
export function connectSubscriber(
  endpoint: string,
  topics: readonly string[],
  keys: ClientKeys | null = null,
): SubscriberSocket {
  const socket = new Subscriber({
    ...connecting(endpoint, keys),
    receiveHighWaterMark: MAX_QUEUED_EVENTS,
  })
  connect(socket, endpoint)
  socket.subscribe(...topics)
  return {
    close: () => socket.close(),
    [Symbol.asyncIterator]: () => socket[Symbol.asyncIterator](),
  }
}

function bound(endpoint: string, gate: Gate | null) {
  const options = {
    linger: FAREWELL_LINGER_MS,
    sendTimeout: 0,
    backlog: CONNECTION_BACKLOG,
    handshakeInterval: HANDSHAKE_TIMEOUT_MS,
    ipv6: isIpv6(endpoint),
  }
  if (gate === null || !endpoint.startsWith('tcp://')) return options
  const { context, secretKey } = gate
  return { ...options, context, curveServer: true, curveSecretKey: secretKey, zapDomain: 'circus' }
}

function connecting(endpoint: string, keys: ClientKeys | null) {
  const options = {
    linger: 0,
    reconnectInterval: RECONNECT_MS,
    reconnectMaxInterval: MAX_RECONNECT_MS,
    ipv6: isIpv6(endpoint),
  }
  if (keys === null) return options
  const { serverKey, publicKey, secretKey } = keys
  return {
    ...options,
    curveServerKey: serverKey,
    curvePublicKey: publicKey,
    curveSecretKey: secretKey,
  }
}

async function bind(
  socket: Router | Publisher,
  endpoint: string,
  purpose: string,
  ownerUid: number | null,
): Promise<PublisherSocket> {
  let owned: OwnedPath | null
  try {
    owned = await bindAndOwn(socket, endpoint, ownerUid)
  } catch (cause) {
    socket.close()
    const message = `Cannot bind ${purpose} endpoint ${endpoint}: ${describe(cause)}`
    throw new EndpointError(endpoint, message, { cause })
  }
  return {
    endpoint: socket.lastEndpoint ?? endpoint,
    send: (frames) => {
      if (socket.closed) return
      socket.send([...frames]).catch(() => {
        // The peer has gone. ZeroMQ loses such messages by itself in most cases; this is one more.
      })
    },
    close: async () => {
      if (socket.closed) return
      // First the path, then the socket: whoever binds it next creates a new file.
      if (owned !== null) releaseIpcPath(owned)
      socket.close()
    },
  }
}

async function bindAndOwn(
  socket: Router | Publisher,
  endpoint: string,
  ownerUid: number | null,
): Promise<OwnedPath | null> {
  rejectWrongPort(endpoint)
  const path = ipcPath(endpoint)
  if (path === null) {
    await socket.bind(endpoint)
    return null
  }
  const holder = await probeIpcPath(path)
  if (holder === 'listener') throw new Error('another circusd holds it')
  if (holder === 'foreign') throw new Error('something that is no socket is in the way')
  // A stale socket is removed by libzmq.
  await socket.bind(endpoint)
  return ownIpcPath(path, ownerUid)
}

function connect(socket: Socket, endpoint: string): void {
  try {
    rejectWrongPort(endpoint)
    socket.connect(endpoint)
  } catch (cause) {
    socket.close()
    const message = `Cannot connect to ${endpoint}: ${describe(cause)}`
    throw new EndpointError(endpoint, message, { cause })
  }
}

/** libzmq takes ports above 65535 modulo 65536. */
function rejectWrongPort(endpoint: string): void {
  const [, port] = /^tcp:\/\/.*:(\d+)$/.exec(endpoint) ?? []
  if (port !== undefined && Number(port) > 65_535) throw new Error(`there is no port ${port}`)
}

function isIpv6(endpoint: string): boolean {
  return endpoint.startsWith('tcp://[')
}

/** What libzmq or the system said, as the end of a sentence. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const text = error.message.charAt(0).toLowerCase() + error.message.slice(1)
  return 'code' in error ? `${text} (${String(error.code)})` : text
}
