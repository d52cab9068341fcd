import { ServerResponse } from 'node:http'
import { type HeadersArgument, withConnectionClose, withoutConnection } from './closing-headers.ts'
import { halfClose } from './half-close.ts'

/**
 * From now on every response of this process whose head is not yet written carries `Connection: close`, also when
 * the application asks for keep-alive itself. Node then closes the connection after its last byte.
 *
 * It replaces `writeHead` of all responses, because all go through it: also those that wait behind another one on
 * their connection, and those that no 'request' event announces ('checkContinue'). There is no way back: the
 * process is about to end.
 */
export function makeResponsesLast(): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with the response as `this` below
  const writeHead = ServerResponse.prototype.writeHead
  ServerResponse.prototype.writeHead = function writeLastHead(
    this: ServerResponse,
    status: number,
    reason?: string | HeadersArgument,
    headers?: HeadersArgument,
  ) {
    // An interim response (1xx) is not the last one; a second head is a mistake that Node reports.
    if (status < 200 || this.headersSent) {
      return Reflect.apply(writeHead, this, [status, reason, headers])
    }
    // A request that a test tool made up may have no `complete`, and has no connection.
    if ('complete' in this.req && !this.req.complete) lingerAfter(this)
    return typeof reason === 'string'
      ? Reflect.apply(writeHead, this, [status, reason, closing(this, headers)])
      : Reflect.apply(writeHead, this, [status, closing(this, headers ?? reason)])
  }
}

/**
 * Where headers were set one by one, `Connection` is set as one of them; where none were, it is added to those of
 * the call. Setting it there too would make Node 20 copy a list of headers into an object, which keeps only the
 * last of several Set-Cookie.
 */
function closing(response: ServerResponse, headers: HeadersArgument = {}): HeadersArgument {
  if (response.getHeaderNames().length === 0) return withConnectionClose(headers)
  response.setHeader('Connection', 'close')
  return withoutConnection(headers)
}

/**
 * The response may be finished before the request is: an upload that is refused, a body that nobody reads. Node
 * would close the connection at once, and the reset for the bytes that are still coming can make the client lose
 * the response. So only our side is closed then, and the rest of the request is read and thrown away.
 */
function lingerAfter({ req: request }: ServerResponse): void {
  const { socket } = request
  const destroySoon = socket.destroySoon.bind(socket)
  socket.destroySoon = () => {
    if (request.complete) destroySoon()
    else halfClose(socket)
  }
}
