import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { test } from 'node:test'
import { type Exports, recognise, UnrecognisedAppError } from '../../../adapters/dist/index.js'

const handler: RequestListener = (_request, response) => response.end()
const fetchApp = { fetch: () => new Response() }
const koaLike = { callback: () => handler, middleware: [] }
const expressLike = Object.assign((_q: unknown, _s: unknown, _next: unknown) => {}, {
  handle: () => {},
})
const throwingGetter = {
  get fetch() {
    throw new Error('deprecated')
  },
}

for (const [what, exports, family] of [
  ['a handler', { default: handler }, 'node'],
  ['a server', { default: createServer() }, 'server'],
  ['a Koa application', { default: koaLike }, 'koa'],
  ['an Express application', { default: expressLike }, 'express'],
  ['an object with fetch', { default: fetchApp }, 'fetch'],
  ['a function with fetch', { default: Object.assign(() => {}, fetchApp) }, 'fetch'],
  ['a function of one parameter', { default: (_request: unknown) => {} }, 'fetch'],
  ['a module with fetch', fetchApp, 'fetch'],
  ['a promise', { default: Promise.resolve(koaLike) }, 'koa'],
  ['a factory', { default: () => koaLike }, 'koa'],
  ['a factory of factories', { default: async () => async () => fetchApp }, 'fetch'],
  ['a transpiled module', { default: { default: handler } }, 'node'],
  ['a CommonJS module with a name', { default: { app: handler } }, 'node'],
  ['the first common name', { server: createServer(), app: koaLike }, 'koa'],
  ['a name beside a default that is none', { default: { port: 1 }, app: koaLike }, 'koa'],
  ['a name beside a getter that throws', { default: throwingGetter, app: koaLike }, 'koa'],
] satisfies readonly (readonly [string, Exports, string])[]) {
  test(`${what} is served as ${family}`, async () => {
    assert.equal((await recognise(exports)).family, family)
  })
}

for (const [forced, value, family] of [
  ['node', (_request: unknown) => {}, 'node'],
  ['node', () => {}, 'node'],
  ['fetch', (_request: unknown, _env: unknown) => {}, 'fetch'],
  ['factory', (_options?: unknown) => koaLike, 'koa'],
  ['server', createServer(), 'server'],
] as const) {
  test(`--interface ${forced} says how a function is used`, async () => {
    assert.equal((await recognise({ default: value }, { interface: forced })).family, family)
  })
}

test('an export is named by a path into the module, or into its default export', async () => {
  const exports = { default: { api: { inner: koaLike } }, api: { outer: handler } }
  assert.equal((await recognise(exports, { attr: 'api.outer' })).family, 'node')
  assert.equal((await recognise(exports, { attr: 'api.inner' })).family, 'koa')
})

for (const [what, exports, message] of [
  ['nothing', {}, /the module exports nothing$/],
  ['other names', { settings: 1, port: 2 }, /the module exports settings, port$/],
  ['an object', { default: { port: 1, title: '' } }, /default is an object with port, title$/],
  [
    'a class',
    { app: class App extends Object {} },
    /app is the class App: export an instance of it$/,
  ],
  [
    'a handler without parameters',
    { default: () => {} },
    /default is a function without parameters that returned undefined; --interface node/,
  ],
  [
    'endless factories',
    {
      default: function again() {
        return again
      },
    },
    /a factory of factories/,
  ],
] satisfies readonly (readonly [string, Exports, RegExp])[]) {
  test(`a module that exports ${what} is refused, with what was seen`, async () => {
    await assert.rejects(recognise(exports), (error) => {
      assert(error instanceof UnrecognisedAppError)
      assert.match(error.message, message)
      return true
    })
  })
}

test('a named export that does not exist is refused, with those that do', async () => {
  await assert.rejects(recognise({ app: handler }, { attr: 'api' }), {
    message: 'Cannot find the export "api": the module exports app',
  })
})

test('what a factory throws is thrown on', async () => {
  const failure = new Error('no database')
  const exports = {
    default: () => {
      throw failure
    },
  }
  await assert.rejects(recognise(exports), failure)
})

test('a fetch handler gets the request and response of Node beside its own', async (t) => {
  const app = {
    fetch: (_request: Request, env: { incoming: { method?: string }; outgoing: object }) =>
      new Response(`${env.incoming.method} ${'writeHead' in env.outgoing}`),
  }
  const server = await (await recognise({ default: app })).createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  t.after(() => server.close())
  const address = server.address()
  assert(address !== null && typeof address === 'object')
  const response = await fetch(`http://127.0.0.1:${address.port}/`, {
    headers: { connection: 'close' },
  })
  assert.equal(await response.text(), 'GET true')
})
