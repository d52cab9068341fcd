import { connect, type Socket } from 'node:net'
import type { FailureKind } from './failure.ts'
import { ResponseParser, type Parsed, type Response } from './response-parser.ts'

/** How one request ended. */
export type Outcome =
  | { readonly type: 'answered'; readonly response: Response }
  | { readonly type: 'failed'; readonly kind: FailureKind }

/** How a connection ended on the server's side. */
export type ServerClose = 'announced' | 'unannounced'

/** The request under way. */
interface Pending {
  readonly parser: ResponseParser
  hasFirstByte: boolean
  readonly resolve: (outcome: Outcome) => void
}

/**
 * One TCP connection of a client which sends a request when the one before was answered. It hides nothing: no retry, no
 * second attempt to connect. It ends itself after a response with `Connection: close`, after a failure, and when the
 * server ends it.
 */
export class Connection {
  readonly #socket: Socket
  readonly #timer: NodeJS.Timeout
  #pending: Pending | null = null
  #unasked: Buffer | null = null
  #isOpen = true
  #closedByServer: ServerClose | null = null

  /** Connects to a port of 127.0.0.1. @param timeoutMs For the connect and for each request. */
  static open(port: number, timeoutMs: number): Promise<Connection | FailureKind> {
    return new Promise((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      const giveUp = setTimeout(() => {
        socket.destroy()
        resolve('timedOut')
      }, timeoutMs)
      socket.once('connect', () => {
        clearTimeout(giveUp)
        socket.removeAllListeners('error')
        resolve(new Connection(socket, timeoutMs))
      })
      socket.once('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(giveUp)
        resolve(error.code === 'ECONNREFUSED' ? 'refused' : 'notConnected')
      })
    })
  }

  private constructor(socket: Socket, timeoutMs: number) {
    this.#socket = socket
    this.#timer = setTimeout(() => this.#fail('timedOut'), timeoutMs)
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('end', () => this.#endByServer())
    socket.on('error', () => this.#endByServer())
    socket.on('close', () => this.#endByServer())
  }

  /** False from the moment at which we know of its end: a client must then open another one. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Whether the server ended it, and whether its last response had said so; null if it is open or we ended it. */
  get closedByServer(): ServerClose | null {
    return this.#closedByServer
  }

  /** Sends a request and waits for its end. At most one at a time, and only while `isOpen`. Never rejects. */
  request(bytes: Buffer): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#pending = { parser: new ResponseParser(), hasFirstByte: false, resolve }
      this.#timer.refresh()
      if (this.#unasked !== null) this.#fail('wrongAnswer')
      else this.#socket.write(bytes)
    })
  }

  close(): void {
    this.#isOpen = false
    clearTimeout(this.#timer)
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    if (this.#pending === null) {
      // Kept for the next request: a client which pairs answers with requests would take it for that answer.
      this.#unasked = chunk
      return
    }
    this.#pending.hasFirstByte = true
    this.#settle(this.#pending.parser.feed(chunk))
  }

  #settle(parsed: Parsed): void {
    switch (parsed.type) {
      case 'incomplete':
        return
      case 'malformed':
        return this.#fail('wrongAnswer')
      case 'complete':
        if (parsed.response.isLast) {
          this.#closedByServer = 'announced'
          this.close()
        }
        return this.#resolve({ type: 'answered', response: parsed.response })
    }
  }

  /** The end of the stream, an error or the end of the socket: whichever is seen first counts, the others follow. */
  #endByServer(): void {
    if (!this.#isOpen) return
    if (this.#pending === null) {
      this.#closedByServer = 'unannounced'
      this.close()
      return
    }
    this.#settle(this.#pending.parser.end())
    const pending: Pending | null = this.#pending
    if (pending === null) return
    this.#closedByServer = 'unannounced'
    this.#fail(pending.hasFirstByte ? 'resetMidResponse' : 'resetBeforeFirstByte')
  }

  #fail(kind: FailureKind): void {
    if (this.#pending === null) return
    this.close()
    this.#resolve({ type: 'failed', kind })
  }

  #resolve(outcome: Outcome): void {
    const pending = this.#pending
    this.#pending = null
    pending?.resolve(outcome)
  }
}
