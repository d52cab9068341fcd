import type { IncomingMessage, ServerResponse } from 'node:http'

/** The cheapest useful answer. A default export, since that is what the runner looks for. */
export default function hello(_request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Content-Type', 'text/plain')
  response.end('hello')
}
