import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  linkSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  bindPublisher,
  bindRouter,
  connectDealer,
  connectSubscriber,
  MAX_FRAME_BYTES,
  MAX_UNSENT_MESSAGES,
} from '../../../supervisor/dist/net/zmq.js'
import { within } from '../integration/daemon-under-test.ts'
import { temporaryDirectory } from '../os/temporary-directory.ts'

const text = (frames: readonly Uint8Array[]): readonly string[] =>
  frames.map((frame) => new TextDecoder().decode(frame))

async function first(
  messages: AsyncIterable<readonly Uint8Array[]>,
): Promise<readonly Uint8Array[]> {
  const { value } = await within(messages[Symbol.asyncIterator]().next(), 'a message')
  return value ?? assert.fail('closed before a message came')
}

test('a bound tcp endpoint knows its real port', async (t) => {
  const router = await bindRouter('tcp://127.0.0.1:*')
  t.after(() => router.close())
  assert.match(router.endpoint, /^tcp:\/\/127\.0\.0\.1:\d+$/)
})

test('a tcp endpoint that is taken is refused with one sentence', async (t) => {
  const router = await bindRouter('tcp://127.0.0.1:*')
  t.after(() => router.close())
  const { endpoint } = router
  await assert.rejects(bindRouter(endpoint), {
    code: 'ERR_ENDPOINT',
    endpoint,
    message: `Cannot bind control endpoint ${endpoint}: address already in use (EADDRINUSE)`,
  })
  await assert.rejects(bindPublisher(endpoint, 'stats'), {
    message: `Cannot bind stats endpoint ${endpoint}: address already in use (EADDRINUSE)`,
  })
})

const unusable: readonly [endpoint: string, reason: RegExp][] = [
  ['bogus', /invalid argument \(EINVAL\)/],
  ['foo://x', /protocol not supported/],
  ['tcp://127.0.0.1:65536', /there is no port 65536/],
  ['ipc:///nowhere/at/all', /no such endpoint \(ENOENT\)/],
  [`ipc:///tmp/${'x'.repeat(120)}`, /name too long/],
]

for (const [endpoint, reason] of unusable) {
  test(`${endpoint.slice(0, 30)} cannot be bound: ${reason.source}`, async () => {
    await assert.rejects(bindRouter(endpoint), { code: 'ERR_ENDPOINT', message: reason })
  })
}

for (const endpoint of ['bogus', 'foo://x', 'tcp://127.0.0.1:65536']) {
  test(`${endpoint} cannot be connected`, () => {
    const expected = { code: 'ERR_ENDPOINT', message: /^Cannot connect to / }
    assert.throws(() => connectDealer(endpoint), expected)
    assert.throws(() => connectSubscriber(endpoint, ['']), expected)
  })
}

test('an ipc socket on which somebody answers is not taken away', async (t) => {
  const path = join(temporaryDirectory(t), 'control')
  const router = await bindRouter(`ipc://${path}`)
  t.after(() => router.close())
  await assert.rejects(bindRouter(`ipc://${path}`), {
    code: 'ERR_ENDPOINT',
    message: `Cannot bind control endpoint ipc://${path}: another circusd holds it`,
  })
  const dealer = connectDealer(`ipc://${path}`)
  t.after(() => dealer.close())
  await dealer.send(['still there?'])
  assert.deepEqual(text(await first(router)).slice(1), ['still there?'])
})

test('an ipc socket that nobody listens on any more is replaced', async (t) => {
  const path = join(temporaryDirectory(t), 'control')
  const server = createServer().listen(path)
  await once(server, 'listening')
  // libuv removes the file when it closes, a killed daemon does not: a second name keeps it.
  linkSync(path, `${path}.kept`)
  server.close()
  await once(server, 'close')
  linkSync(`${path}.kept`, path)
  const router = await bindRouter(`ipc://${path}`)
  await router.close()
})

test('a file that is no socket is left alone', async (t) => {
  const path = join(temporaryDirectory(t), 'control')
  writeFileSync(path, 'precious')
  await assert.rejects(bindRouter(`ipc://${path}`), { message: /something that is no socket/ })
  assert.ok(existsSync(path))
  symlinkSync(path, `${path}.link`)
  await assert.rejects(bindRouter(`ipc://${path}.link`), { message: /something that is no socket/ })
})

test('an ipc socket is for its owner only, and gone after close', async (t) => {
  const path = join(temporaryDirectory(t), 'control')
  const router = await bindRouter(`ipc://${path}`)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  await router.close()
  assert.ok(!existsSync(path))
})

test('close leaves a socket alone that somebody else has bound meanwhile', async (t) => {
  const path = join(temporaryDirectory(t), 'control')
  const router = await bindRouter(`ipc://${path}`)
  unlinkSync(path)
  const server = createServer().listen(path)
  t.after(() => server.close())
  await once(server, 'listening')
  await router.close()
  assert.ok(existsSync(path))
})

test('a directory that cannot be entered is an error and no crash', async (t) => {
  if (process.getuid?.() === 0) return t.skip('root enters every directory')
  const directory = temporaryDirectory(t)
  chmodSync(directory, 0)
  t.after(() => chmodSync(directory, 0o700))
  await assert.rejects(bindRouter(`ipc://${directory}/control`), { code: 'ERR_ENDPOINT' })
})

test('close may be called twice, and ends the iteration', async (t) => {
  const router = await bindRouter(`ipc://${join(temporaryDirectory(t), 'control')}`)
  const messages = router[Symbol.asyncIterator]()
  const next = messages.next()
  await router.close()
  await router.close()
  assert.equal((await next).done, true)
})

test('sends at the same time all arrive, in order, while a receive is waiting', async (t) => {
  const router = await bindRouter(`ipc://${join(temporaryDirectory(t), 'control')}`)
  t.after(() => router.close())
  const dealer = connectDealer(router.endpoint)
  t.after(() => dealer.close())
  const numbers = Array.from({ length: 3_000 }, (_, index) => String(index))
  const sends = numbers.map((number) => dealer.send([number]))
  const reply = first(dealer)
  await Promise.all(sends)
  const received: string[] = []
  for await (const [identity = '', number] of router) {
    received.push(new TextDecoder().decode(number))
    if (received.length < numbers.length) continue
    router.send([identity, 'all'])
    break
  }
  assert.deepEqual(received, numbers)
  assert.deepEqual(text(await reply), ['all'])
})

test('a socket that nobody reads from takes a limited number of messages', async (t) => {
  const dealer = connectDealer(`ipc://${join(temporaryDirectory(t), 'nobody')}`)
  t.after(() => dealer.close())
  for (let count = 0; count < MAX_UNSENT_MESSAGES; count += 1) await dealer.send(['x'])
  await assert.rejects(dealer.send(['x']), { code: 'EAGAIN' })
})

test('a send on a closed socket is lost, or rejected', async (t) => {
  const router = await bindRouter(`ipc://${join(temporaryDirectory(t), 'control')}`)
  const dealer = connectDealer(router.endpoint)
  await router.close()
  dealer.close()
  router.send(['somebody', 'hello'])
  await assert.rejects(dealer.send(['hello']), { code: 'EBADF' })
})

test('a frame that is far too large costs its sender the connection, and nobody else', async (t) => {
  const router = await bindRouter(`ipc://${join(temporaryDirectory(t), 'control')}`)
  t.after(() => router.close())
  const [greedy, modest] = [connectDealer(router.endpoint), connectDealer(router.endpoint)]
  t.after(() => [greedy, modest].forEach((dealer) => dealer.close()))
  await greedy.send(['x'.repeat(MAX_FRAME_BYTES + 1)])
  await modest.send(['hello'])
  assert.deepEqual(text(await first(router)).slice(1), ['hello'])
})

test('a published event reaches subscribers of its topic', async (t) => {
  const publisher = await bindPublisher(`ipc://${join(temporaryDirectory(t), 'events')}`, 'events')
  t.after(() => publisher.close())
  const subscriber = connectSubscriber(publisher.endpoint, ['watcher.web.'])
  t.after(() => subscriber.close())
  // Nobody is told when a subscription has arrived, so events are repeated until one is heard.
  const timer = setInterval(() => {
    publisher.send(['watcher.api.stop', '{}'])
    publisher.send(['watcher.web.stop', '{}'])
  }, 10)
  t.after(() => clearInterval(timer))
  assert.deepEqual(text(await first(subscriber)), ['watcher.web.stop', '{}'])
})
