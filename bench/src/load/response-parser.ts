const HEAD_END = Buffer.from('\r\n\r\n')
const LINE_END = Buffer.from('\r\n')

/** A complete response. */
export interface Response {
  readonly status: number
  readonly body: Buffer
  /** The server announced that it closes the connection after this response (`Connection: close`). */
  readonly isLast: boolean
}

/** `incomplete` wants more bytes; `malformed` is no HTTP/1.1 response, or has bytes behind its end. */
export type Parsed =
  | { readonly type: 'incomplete' }
  | { readonly type: 'malformed' }
  | { readonly type: 'complete'; readonly response: Response }

type Framing =
  | { readonly type: 'length'; readonly bytes: number }
  | { readonly type: 'chunked' }
  | { readonly type: 'untilClose' }

const incomplete: Parsed = { type: 'incomplete' }
const malformed: Parsed = { type: 'malformed' }

/**
 * Reads the HTTP/1.1 response (RFC 9112) to a request whose method is not HEAD. One parser per response.
 * Interim (1xx) responses and trailers are malformed here: no server which we measure sends them.
 */
export class ResponseParser {
  #bytes: Buffer = Buffer.alloc(0)
  #headEnd = -1
  #head = ''
  #framing: Framing = { type: 'untilClose' }

  /** Takes the next bytes of the connection. */
  feed(chunk: Buffer): Parsed {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    if (this.#headEnd < 0) {
      const end = this.#bytes.indexOf(HEAD_END)
      if (end < 0) return incomplete
      this.#headEnd = end + HEAD_END.length
      this.#head = this.#bytes.toString('latin1', 0, end)
      const framing = framingOf(this.#head)
      if (framing === undefined) return malformed
      this.#framing = framing
    }
    return this.#parseBody()
  }

  /** The connection ended. Completes a response that lasts until then; any other is cut off and stays incomplete. */
  end(): Parsed {
    if (this.#headEnd < 0 || this.#framing.type !== 'untilClose') return incomplete
    return this.#complete(this.#bytes.subarray(this.#headEnd))
  }

  #parseBody(): Parsed {
    const body = this.#bytes.subarray(this.#headEnd)
    switch (this.#framing.type) {
      case 'length':
        if (body.length < this.#framing.bytes) return incomplete
        return body.length > this.#framing.bytes ? malformed : this.#complete(body)
      case 'chunked': {
        const joined = joinChunks(body)
        return Buffer.isBuffer(joined) ? this.#complete(joined) : joined
      }
      case 'untilClose':
        return incomplete
    }
  }

  #complete(body: Buffer): Parsed {
    const status = Number(this.#head.slice(9, 12))
    const isLast = this.#framing.type === 'untilClose' || /\r\nconnection: *close/i.test(this.#head)
    return { type: 'complete', response: { status, body, isLast } }
  }
}

function framingOf(head: string): Framing | undefined {
  if (!/^HTTP\/1\.1 [2-5]\d\d/.test(head)) return undefined
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return { type: 'chunked' }
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  return length === undefined ? { type: 'untilClose' } : { type: 'length', bytes: Number(length) }
}

/** The chunks of a body put together, once the last one is there. */
function joinChunks(body: Buffer): Buffer | Parsed {
  const chunks: Buffer[] = []
  for (let at = 0; ;) {
    const lineEnd = body.indexOf(LINE_END, at)
    if (lineEnd < 0) return incomplete
    const size = body.toString('latin1', at, lineEnd)
    if (!/^[\da-f]+$/i.test(size)) return malformed
    const start = lineEnd + LINE_END.length
    const end = start + Number.parseInt(size, 16)
    at = end + LINE_END.length
    if (body.length < at) return incomplete
    if (!body.subarray(end, at).equals(LINE_END)) return malformed
    if (start === end) return body.length > at ? malformed : Buffer.concat(chunks)
    chunks.push(body.subarray(start, end))
  }
}
