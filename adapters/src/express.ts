import { createServer } from 'node:http'
import { hasMethod } from './property.ts'
import type { Recognised } from './recognised.ts'
import { type Middleware, withLastResort } from './last-resort.ts'

/**
 * An Express or Connect application or router: a function with a `handle` method.
 * An application brings its own last resort (404, 500); a router inherits `handle` and relies on its caller's.
 */
export function recogniseExpress(value: unknown): Recognised | undefined {
  if (!isExpress(value)) return undefined
  const listener = Object.hasOwn(value, 'handle') ? value : withLastResort(value)
  return {
    family: 'express',
    name: 'Express',
    explanation: 'an Express or Connect application: a function with handle()',
    createServer: async () => createServer(listener),
  }
}

function isExpress(value: unknown): value is Middleware {
  return typeof value === 'function' && hasMethod(value, 'handle')
}
