import { EventEmitter, once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** What the server does to a request in place of answering it. `last answer` is none: it answers, and announces the end. */
export type Fault =
  | 'reset before'
  | 'close before'
  | 'reset inside head'
  | 'reset inside body'
  | 'close inside body'
  | 'wrong body'
  | 'wrong status'
  | 'no http'
  | 'more than was asked'
  | 'no answer'
  | 'last answer'

/**
 * An echo server on raw sockets which does what it is told to the requests it is told, counted over all connections from
 * 1. It answers the others, and announces and closes where the request asks for it.
 */
export class FaultyServer extends EventEmitter<{ request: [count: number] }> {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #faultOf: (count: number) => Fault | null
  #requests = 0
  #connections = 0

  static async listen(faultOf: (count: number) => Fault | null): Promise<FaultyServer> {
    const faulty = new FaultyServer(faultOf)
    faulty.#server.listen(0, '127.0.0.1')
    await once(faulty.#server, 'listening')
    return faulty
  }

  private constructor(faultOf: (count: number) => Fault | null) {
    super()
    this.#faultOf = faultOf
    this.#server = createServer((socket) => this.#serve(socket))
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Requests which arrived whole, answered or not. */
  get requests(): number {
    return this.#requests
  }

  /** Connections accepted so far. */
  get connections(): number {
    return this.#connections
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    this.#connections += 1
    let received = ''
    socket.on('error', () => {}) // The client gave up, as it must after a fault.
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      const body = bodyOf(received)
      if (body === null) return
      const closes = received.includes('\r\nConnection: close\r\n')
      received = ''
      this.#requests += 1
      act(socket, body, closes, this.#faultOf(this.#requests))
      this.emit('request', this.#requests)
    })
  }
}

/** The body of a request, or null while it is not whole. */
function bodyOf(request: string): string | null {
  const [head = '', body] = request.split('\r\n\r\n')
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1])
  return body?.length === length ? body : null
}

function act(socket: Socket, body: string, closes: boolean, fault: Fault | null): void {
  const answer = response(200, body, closes)
  switch (fault) {
    case null:
      if (closes) socket.end(answer)
      else socket.write(answer)
      return
    case 'reset before':
      socket.resetAndDestroy()
      return
    case 'close before':
      socket.end()
      return
    case 'reset inside head':
      socket.write(answer.slice(0, 20), () => socket.resetAndDestroy())
      return
    case 'reset inside body':
      socket.write(answer.slice(0, -1), () => socket.resetAndDestroy())
      return
    case 'close inside body':
      socket.end(answer.slice(0, -1))
      return
    case 'wrong body':
      socket.write(response(200, body.replace('client', 'CLIENT'), closes))
      return
    case 'wrong status':
      socket.write(response(503, body, closes))
      return
    case 'no http':
      socket.write('something else\r\n\r\n')
      return
    case 'more than was asked':
      socket.write(answer + answer)
      return
    case 'last answer':
      socket.end(response(200, body, true))
      return
    case 'no answer':
  }
}

function response(status: number, body: string, closes: boolean): string {
  const connection = closes ? 'close' : 'keep-alive'
  return `HTTP/1.1 ${status} Text\r\nContent-Length: ${body.length}\r\nConnection: ${connection}\r\n\r\n${body}`
}
