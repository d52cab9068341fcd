import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * What a server connection is doing at this moment:
 * - `answering`: a request has been received and its response is not finished.
 * - `fresh`: the client has sent nothing yet.
 * - `quiet`: no request is being answered: idle between two requests, or a request head is half received.
 * - `foreign`: something else than HTTP/1 is spoken: upgraded, CONNECT, HTTP/2.
 */
export type ConnectionState =
  | { readonly type: 'answering'; readonly response: ServerResponse }
  | { readonly type: 'fresh' }
  | { readonly type: 'quiet' }
  | { readonly type: 'foreign' }

/**
 * Reads the state off what Node itself keeps on the socket, so that nothing has to be recorded while serving.
 * `_httpMessage` (the response that has the socket) and `parser` (taken away at an upgrade) are not documented, but
 * have been there since Node 0.x and are what graceful-shutdown libraries read; tests hold them for each version.
 */
export function connectionState(socket: Socket): ConnectionState {
  const { _httpMessage: response, parser } = socket as Socket & HttpInternals
  if (response) return { type: 'answering', response }
  if (socket.bytesRead === 0) return { type: 'fresh' }
  return parser ? { type: 'quiet' } : { type: 'foreign' }
}

interface HttpInternals {
  readonly _httpMessage?: ServerResponse | null
  readonly parser?: object | null
}
