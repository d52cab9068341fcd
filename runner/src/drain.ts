import { type Server, Server as NetServer, type Socket } from 'node:net'
import { type ConnectionState, connectionState } from './connection-state.ts'
import type { Connections } from './connections.ts'
import type { CutOff } from './cut-off.ts'
import { halfClose } from './half-close.ts'
import { makeResponsesLast } from './last-responses.ts'

export interface DrainLimits {
  /** After this time what is left is cut off. */
  readonly deadlineMs: number
  /** How long a connection between two requests is kept for the next one. */
  readonly idleGraceMs: number
  /** How long a connection on which nothing was received is kept for its first request. */
  readonly freshGraceMs: number
}

export interface DrainOutcome {
  readonly durationMs: number
  /** What the deadline ended; empty when everything ended by itself. Connections that were merely idle do not count. */
  readonly cutOff: readonly CutOff[]
}

/** The end of a server's life, while it goes on answering on the connections it has. */
export interface Drain {
  /** Resolves when the last connection is gone or the deadline has passed. */
  readonly ended: Promise<DrainOutcome>
  /** Brings the deadline forward to `deadlineMs` from now, if that is earlier. */
  hasten(deadlineMs: number): void
  /** Closes all connections on which no request is being answered. */
  closeIdle(): void
}

/**
 * Begins the lame-duck drain: no new connection is accepted, and on those that are open every request is served
 * normally, with `Connection: close`. Idle connections are not closed under a client that may be sending its next
 * request, but left until that request, the client or the keep-alive timeout ends them. `http.Server.close` would
 * close them at once, and stop the timers that end half-received requests.
 *
 * HTTP/2 sessions are told to go away: their open streams end normally, a stream that the client opens at the same
 * moment is refused, which clients may repeat.
 */
export function beginDrain(server: Server, connections: Connections, limits: DrainLimits): Drain {
  const drain = new LameDuck(server, connections, limits)
  drain.begin()
  return drain
}

class LameDuck implements Drain {
  readonly ended: Promise<DrainOutcome>
  readonly #server: Server
  readonly #connections: Connections
  readonly #limits: DrainLimits
  readonly #beganAt = performance.now()
  /** How much had been received on a connection when it was last seen quiet. */
  readonly #quietBytes = new WeakMap<Socket, number>()
  /** When responses were begun. Unknown for those that were under way when the drain began. */
  readonly #startedAt = new WeakMap<object, number>()
  #resolve: (outcome: DrainOutcome) => void = () => {}
  #deadlineAt = Number.POSITIVE_INFINITY
  // The timer also keeps the process alive: the deadline is kept even when nothing else is going on.
  #deadline: NodeJS.Timeout | undefined

  constructor(server: Server, connections: Connections, limits: DrainLimits) {
    this.#server = server
    this.#connections = connections
    this.#limits = limits
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  begin(): void {
    makeResponsesLast()
    this.#server.prependListener('request', (_request, response: object) => {
      this.#startedAt.set(response, performance.now())
    })
    this.hasten(this.#limits.deadlineMs)
    const { accepted, speaking, sessions } = this.#connections
    for (const socket of new Set([...accepted, ...speaking])) this.#watch(socket)
    // A TLS handshake that ends now.
    this.#server.on('secureConnection', (socket: Socket) => this.#watch(socket))
    for (const session of sessions) session.close()
    NetServer.prototype.close.call(this.#server, () => this.#end([]))
    // The application may hold the server and close it itself, now or after the drain. It is done here.
    this.#server.close = (callback) => {
      void this.#reportClosed(callback)
      return this.#server
    }
  }

  hasten(deadlineMs: number): void {
    const deadlineAt = performance.now() + deadlineMs
    if (deadlineAt >= this.#deadlineAt) return
    this.#deadlineAt = deadlineAt
    clearTimeout(this.#deadline)
    this.#deadline = setTimeout(() => this.#cutOff(), deadlineMs)
  }

  closeIdle(): void {
    for (const socket of this.#connections.accepted) {
      if (connectionState(socket).type === 'fresh') socket.destroy()
    }
    for (const socket of this.#connections.speaking) {
      if (connectionState(socket).type === 'quiet') socket.destroy()
    }
  }

  /** Sees to it that a connection ends, if no request that is received from now on ends it. */
  #watch(socket: Socket): void {
    if (socket.destroyed || socket.writableEnded) return
    const state = connectionState(socket)
    if (state.type === 'answering') {
      // Its head may have promised keep-alive before the drain began. If so, the client may use the connection.
      state.response.once('close', () => this.#watch(socket))
    } else if (state.type === 'fresh') {
      this.#endIfSilent(socket, this.#limits.freshGraceMs)
    } else if (state.type === 'quiet') {
      this.#endIfSilent(socket, this.#limits.idleGraceMs)
    }
  }

  // Anything received means a request, or the beginning of one. Its response ends the connection, or else the
  // timeouts of the server and the deadline do. A request head of which nothing arrives for all of the grace is
  // taken for an idle connection: what Node knows about it cannot be asked.
  #endIfSilent(socket: Socket, graceMs: number): void {
    const before = socket.bytesRead
    this.#quietBytes.set(socket, before)
    setTimeout(() => {
      if (socket.bytesRead === before && !socket.destroyed) halfClose(socket)
    }, graceMs).unref()
  }

  async #reportClosed(callback?: () => void): Promise<void> {
    await this.ended
    callback?.()
  }

  #cutOff(): void {
    const cutOff: CutOff[] = []
    for (const socket of this.#connections.speaking) {
      const state = connectionState(socket)
      if (this.#isIdle(socket, state)) continue
      cutOff.push(this.#describe(socket, state))
      socket.destroy()
    }
    for (const socket of this.#connections.accepted) socket.destroySoon()
    this.#end(cutOff)
  }

  #isIdle(socket: Socket, state: ConnectionState): boolean {
    if (socket.destroyed || socket.writableEnded || state.type === 'fresh') return true
    return state.type === 'quiet' && socket.bytesRead === this.#quietBytes.get(socket)
  }

  #describe(socket: Socket, state: ConnectionState): CutOff {
    const startedAt = state.type === 'answering' ? this.#startedAt.get(state.response) : undefined
    const request = state.type === 'answering' ? state.response.req : undefined
    return {
      method: request?.method ?? '-',
      url: request?.url ?? (state.type === 'foreign' ? '(upgraded)' : '(request not complete)'),
      ageMs: performance.now() - (startedAt ?? this.#beganAt),
      isOlder: startedAt === undefined && state.type !== 'quiet',
      peer:
        socket.remoteAddress === undefined ? '' : `${socket.remoteAddress}:${socket.remotePort}`,
    }
  }

  #end(cutOff: readonly CutOff[]): void {
    clearTimeout(this.#deadline)
    this.#resolve({ durationMs: performance.now() - this.#beganAt, cutOff })
  }
}
