import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { hasMethod } from './property.ts'
import type { Recognised } from './recognised.ts'

/** A web-standard application: Hono, h3, Elysia, the default export of a worker; anything with `fetch(request)`. */
export function recogniseFetch(value: unknown): Recognised | undefined {
  if (!hasFetch(value)) return undefined
  return fetchHandler((request, env) => value.fetch(request, env), 'an object with fetch()')
}

/** A `(request) => Response` function. `explanation` says how it was told from other functions. */
export function fetchHandler(handler: FetchHandler, explanation: string): Recognised {
  return {
    family: 'fetch',
    name: 'fetch handler',
    explanation,
    createServer: () => createFetchServer(handler),
  }
}

/** What a fetch handler gets beside the request, under the names of Hono's Node server. */
export interface FetchEnvironment {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

/** Returns a `Response` or a promise of one; what it really returns is checked. */
export type FetchHandler = (request: Request, env: FetchEnvironment) => unknown

// srvx converts: streams with back-pressure both ways, `request.signal`, repeated Set-Cookie. It takes about
// 20 ms to load, so only applications of this family load it. Logging and the answer to an exception are ours:
// srvx has none for a bare handler.
async function createFetchServer(handler: FetchHandler): Promise<Server> {
  const { NodeRequest, sendNodeResponse } = await import('srvx/node')
  return createServer((incoming, outgoing) => {
    const request = new NodeRequest({ req: incoming, res: outgoing })
    answer(handler, request, { incoming, outgoing })
      .then((response) => sendNodeResponse(outgoing, response))
      .then(
        // A body that broke off: srvx has destroyed the connection, so that the client sees it too.
        () => outgoing.errored && console.error(outgoing.errored),
        (error: unknown) => fail(outgoing, error),
      )
  })
}

/** The handler's response, or 500 when it fails: one bad request must not end the others. */
async function answer(
  handler: FetchHandler,
  request: Request,
  env: FetchEnvironment,
): Promise<Response> {
  try {
    const response = await handler(request, env)
    if (isResponse(response)) return response
    throw new TypeError(`Cannot answer with the result of fetch(): it is ${typeof response}`)
  } catch (error) {
    console.error(error)
    return new Response(null, { status: 500 })
  }
}

/** A response that cannot be sent: its body was read before, or a header is not allowed. */
function fail(outgoing: ServerResponse, error: unknown): void {
  console.error(error)
  if (outgoing.headersSent) {
    outgoing.destroy()
    return
  }
  outgoing.statusCode = 500
  outgoing.end()
}

function hasFetch(value: unknown): value is { fetch: FetchHandler } {
  return hasMethod(value, 'fetch')
}

// Not `instanceof`: frameworks bring a Response of their own.
function isResponse(value: unknown): value is Response {
  return typeof value === 'object' && value !== null && 'status' in value && 'headers' in value
}
