import { createServer } from 'node:http'
import type { ExportedFunction } from './exported-function.ts'
import { withLastResort } from './last-resort.ts'
import type { Recognised } from './recognised.ts'

/**
 * A plain `(request, response)` function, served as `http.createServer` would: what it throws is not caught.
 * One with a third parameter expects a `next` and gets one that answers 404 or 500.
 */
export function nodeHandler(handler: ExportedFunction): Recognised {
  const listener = handler.length >= 3 ? withLastResort(handler) : handler
  return {
    family: 'node',
    name: 'Node handler',
    explanation: `a function of ${handler.length} parameters: (request, response)`,
    createServer: async () => createServer(listener),
  }
}
