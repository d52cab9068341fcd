import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

/** A handler in the manner of Connect: it answers, or calls `next`, with the error if there is one. */
export type Middleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void

/** Answers for a middleware that has passed the request on: 404, or 500 for an error, which goes to stderr. */
export function withLastResort(middleware: Middleware): RequestListener {
  return (request, response) =>
    middleware(request, response, (error) => {
      if (error !== undefined && error !== null) console.error(error)
      if (response.headersSent) {
        response.destroy()
        return
      }
      response.statusCode = error === undefined || error === null ? 404 : 500
      response.end()
    })
}
