import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { ListeningSocket } from './listening-socket.ts'

export interface RawResponse {
  readonly status: number
  /** The head as it was sent. */
  readonly head: string
  readonly body: string
}

/**
 * An HTTP/1.1 client that decides about every byte, and sees every byte. Like any client it closes its side when the
 * server has closed its own, unless it was opened `halfOpen`.
 */
export class RawConnection {
  readonly #socket: Socket
  #received = ''
  /** Resolves when the server has closed its side. */
  readonly ended: Promise<unknown>
  /** Resolves, with the error if there was one, when both sides are closed. */
  readonly closed: Promise<Error | undefined>

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      this.#received += chunk
    })
    this.closed = new Promise((resolve) => {
      socket.on('error', resolve)
      socket.on('close', () => resolve(undefined))
    })
    this.ended = Promise.race([once(socket, 'end').catch(() => {}), this.closed])
  }

  static async open(
    { port, path }: ListeningSocket,
    options: { halfOpen?: boolean } = {},
  ): Promise<RawConnection> {
    const target = path === undefined ? { port, host: '127.0.0.1' } : { path }
    const socket = connect({ ...target, allowHalfOpen: options.halfOpen ?? false })
    await once(socket, 'connect')
    return new RawConnection(socket)
  }

  send(text: string): void {
    this.#socket.write(text)
  }

  /** Sends a GET request without a body. */
  get(path: string): void {
    this.send(`GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`)
  }

  /** Reads until `text` has arrived, and returns everything up to its end. */
  async readUntil(text: string): Promise<string> {
    while (!this.#received.includes(text)) await this.#more()
    return this.#take(this.#received.indexOf(text) + text.length)
  }

  /** Reads one response with a Content-Length or a chunked body. */
  async response(): Promise<RawResponse> {
    const head = await this.readUntil('\r\n\r\n')
    const status = Number(head.split(' ')[1])
    const length = /^content-length: (\d+)/im.exec(head)?.[1]
    if (length !== undefined) return { status, head, body: await this.#read(Number(length)) }
    let body = ''
    for (;;) {
      const size = Number.parseInt(await this.readUntil('\r\n'), 16)
      body += (await this.#read(size + 2)).slice(0, size)
      if (size === 0) return { status, head, body }
    }
  }

  /** Closes the client's side. */
  end(): void {
    this.#socket.end()
  }

  /** Closes both sides at once. */
  close(): void {
    this.#socket.destroy()
  }

  async #read(length: number): Promise<string> {
    while (this.#received.length < length) await this.#more()
    return this.#take(length)
  }

  #take(length: number): string {
    const taken = this.#received.slice(0, length)
    this.#received = this.#received.slice(length)
    return taken
  }

  async #more(): Promise<void> {
    if (this.#socket.readableEnded || this.#socket.destroyed) {
      throw new Error(`The connection ended after "${this.#received}"`)
    }
    await Promise.race([once(this.#socket, 'data'), this.ended])
  }
}
