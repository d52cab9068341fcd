import { createServer, type RequestListener } from 'node:http'
import { hasMethod, property } from './property.ts'
import type { Recognised } from './recognised.ts'

/** A Koa application: it has `callback()` and a `middleware` array. */
export function recogniseKoa(value: unknown): Recognised | undefined {
  if (!isKoa(value)) return undefined
  return {
    family: 'koa',
    name: 'Koa',
    explanation: 'a Koa application: it has callback() and a middleware array',
    createServer: async () => createServer(value.callback()),
  }
}

interface Koa {
  callback(): RequestListener
}

function isKoa(value: unknown): value is Koa {
  return hasMethod(value, 'callback') && Array.isArray(property(value, 'middleware'))
}
