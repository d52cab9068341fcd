import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { suite, test } from 'node:test'
import { type RunnerProcess, startRunner } from '../runner/runner-process.ts'

/** One application in the manner of each family. All answer the same requests in the same way. */
const FAMILIES = [
  { app: 'node', name: 'Node handler', catchesErrors: false },
  { app: 'server', name: 'server', catchesErrors: false },
  { app: 'factory', name: 'Node handler', catchesErrors: false },
  { app: 'express', name: 'Express', catchesErrors: true },
  { app: 'express-router', name: 'Express', catchesErrors: true },
  { app: 'koa', name: 'Koa', catchesErrors: true },
  { app: 'fetch', name: 'fetch handler', catchesErrors: true },
  { app: 'fetch-function', name: 'fetch handler', catchesErrors: true },
  { app: 'hono', name: 'fetch handler', catchesErrors: true },
]

for (const family of FAMILIES) {
  suite(family.app, () => {
    test(`it is recognised as ${family.name} and answers by the rules of HTTP`, async (t) => {
      const runner = startRunner(t, `conformance/${family.app}.js`)
      await runner.ready()
      await runner.logged(new RegExp(`\\(${family.name}\\)`))

      await t.test('every method reaches it', () => methodsReachIt(runner))
      await t.test('HEAD has the head of GET and no body', () => headHasNoBody(runner))
      await t.test('headers and status pass both ways', () => headersPass(runner))
      await t.test('several Set-Cookie stay apart', () => cookiesStayApart(runner))
      await t.test('bodies stream both ways at the same time', () => bodiesStream(runner))
      await t.test('a large body passes unchanged', () => largeBodyPasses(runner))
      await t.test('it learns that a client has gone', () => learnsOfAbort(runner))
      await t.test('an unknown path is 404', () => unknownPath(runner))
      if (family.catchesErrors) {
        await t.test('a failure before the head is 500 and logged', () => failsBefore(runner))
        await t.test('a failure after the head breaks the response off', () => failsAfter(runner))
      }

      runner.kill('SIGTERM')
      assert.deepEqual(await runner.exit, { code: 0, signal: null })
    })

    if (!family.catchesErrors) {
      test('an exception of the handler ends the process, as without the runner', async (t) => {
        const runner = startRunner(t, `conformance/${family.app}.js`)
        await runner.ready()
        const outgoing = send(runner, 'GET', '/fail-before')
        outgoing.end()
        await assert.rejects(once(outgoing, 'response'))
        assert.deepEqual(await runner.exit, { code: 1, signal: null })
        assert.match(runner.stderr(), /Error: failed before the head\n/)
      })
    }
  })
}

function send(
  runner: RunnerProcess,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): ClientRequest {
  return request({
    host: '127.0.0.1',
    port: runner.socket.port,
    agent: false,
    method,
    path,
    headers,
  })
}

async function responseTo(outgoing: ClientRequest): Promise<IncomingMessage> {
  const [response]: unknown[] = await once(outgoing, 'response')
  return response as IncomingMessage
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks = await response.toArray()
  return Buffer.concat(chunks).toString()
}

async function methodsReachIt(runner: RunnerProcess): Promise<void> {
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const response = await responseTo(send(runner, method, '/method').end())
    assert.equal(response.statusCode, 200)
    assert.equal(await bodyOf(response), method)
  }
}

async function headHasNoBody(runner: RunnerProcess): Promise<void> {
  const response = await responseTo(send(runner, 'HEAD', '/method').end())
  assert.equal(response.headers['x-method'], 'HEAD')
  assert.equal(await bodyOf(response), '')
}

async function headersPass(runner: RunnerProcess): Promise<void> {
  const headers = { 'X-Question': 'who, me?' }
  const response = await responseTo(send(runner, 'GET', '/headers?a=b', headers).end())
  assert.equal(response.statusCode, 299)
  assert.equal(response.statusMessage, 'Curious')
  assert.equal(response.headers['x-answer'], 'who, me?')
  assert.equal(await bodyOf(response), '')
}

async function cookiesStayApart(runner: RunnerProcess): Promise<void> {
  const response = await responseTo(send(runner, 'GET', '/cookies').end())
  assert.deepEqual(response.headers['set-cookie'], ['a=1; Path=/', 'b=2, c=3'])
  response.resume()
}

async function bodiesStream(runner: RunnerProcess): Promise<void> {
  const outgoing = send(runner, 'POST', '/echo')
  outgoing.write('first')
  const response = await responseTo(outgoing)
  response.setEncoding('utf8')
  const chunks = response[Symbol.asyncIterator]()
  assert.deepEqual(await chunks.next(), { done: false, value: 'first' })
  outgoing.end('second')
  assert.deepEqual(await chunks.next(), { done: false, value: 'second' })
  assert.equal((await chunks.next()).done, true)
}

async function largeBodyPasses(runner: RunnerProcess): Promise<void> {
  const sent = Buffer.from('0123456789'.repeat(300_000))
  const outgoing = send(runner, 'POST', '/echo')
  outgoing.end(sent)
  const received = Buffer.from(await bodyOf(await responseTo(outgoing)))
  assert(received.equals(sent))
}

async function learnsOfAbort(runner: RunnerProcess): Promise<void> {
  const outgoing = send(runner, 'GET', '/endless').end()
  const response = await responseTo(outgoing)
  await once(response, 'data')
  response.on('error', () => {}) // What an abort looks like to the one who aborts.
  outgoing.destroy()
  await runner.printed(/^aborted$/m)
}

async function unknownPath(runner: RunnerProcess): Promise<void> {
  const response = await responseTo(send(runner, 'GET', '/unknown').end())
  assert.equal(response.statusCode, 404)
  response.resume()
}

async function failsBefore(runner: RunnerProcess): Promise<void> {
  const response = await responseTo(send(runner, 'GET', '/fail-before').end())
  assert.equal(response.statusCode, 500)
  response.resume()
  await runner.logged(/Error: failed before the head\n/)
}

async function failsAfter(runner: RunnerProcess): Promise<void> {
  const response = await responseTo(send(runner, 'GET', '/fail-after').end())
  assert.equal(response.statusCode, 200)
  await assert.rejects(bodyOf(response), { code: 'ECONNRESET' })
  await runner.logged(/Error: failed after the head\n/)
}
