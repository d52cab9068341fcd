import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { createPublisher } from '../../../supervisor/dist/arbiter/publisher.js'
import { connect, events } from '../../../supervisor/dist/client/index.js'
import { bindPublisher, bindRouter, MAX_UNSENT_MESSAGES } from '../../../supervisor/dist/net/zmq.js'
import { within } from '../integration/daemon-under-test.ts'
import { temporaryDirectory } from '../os/temporary-directory.ts'
import { jobOf, startFakeDaemon, TIME } from './fake-daemon.ts'

/** How long a call waits that must fail: nothing depends on it but the length of the test. */
const SHORT_MS = 50

test('a call resolves with the reply', async (t) => {
  const daemon = await startFakeDaemon(t)
  await using client = connect({ endpoint: daemon.endpoint })
  const { watchers } = await client.call('list', {})
  assert.deepEqual(watchers, ['by-hand', 'mixed case', 'sleeper', 'web'])
  const reply = await client.call('status', { name: 'web' })
  assert.deepEqual(reply, { status: 'active', time: TIME, id: '2' })
})

test('calls at the same time get their own replies', async (t) => {
  const daemon = await startFakeDaemon(t)
  await using client = connect({ endpoint: daemon.endpoint })
  const names = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? 'web' : 'WEB'))
  const replies = await Promise.all(names.map((name) => client.call('numprocesses', { name })))
  assert.deepEqual(
    replies.map(({ watcher_name: name }) => name),
    names,
  )
})

test('an error reply is an error with errno, reason and the whole reply', async (t) => {
  const daemon = await startFakeDaemon(t)
  await using client = connect({ endpoint: daemon.endpoint })
  await assert.rejects(client.call('list', { name: 'nope' }), {
    code: 'ERR_ERROR_REPLY',
    errno: 3,
    message: 'program nope not found',
    reply: {
      status: 'error',
      reason: 'program nope not found',
      tb: null,
      time: TIME,
      errno: 3,
      id: '1',
    },
  })
})

test('a command that the client does not know by name is sent as it is', async (t) => {
  const daemon = await startFakeDaemon(t)
  await using client = connect({ endpoint: daemon.endpoint })
  await assert.rejects(client.call('bogus', {}), {
    errno: 2,
    message: "unknown command: 'bogus'",
  })
})

test('a call may be made before the daemon is there', async (t) => {
  const endpoint = `ipc://${join(temporaryDirectory(t), 'control')}`
  await using client = connect({ endpoint, timeoutMs: 20_000 })
  const call = client.call('numwatchers', {})
  await startFakeDaemon(t, endpoint)
  assert.equal((await call).numwatchers, 4)
})

test('a call that nobody answers times out', async (t) => {
  const endpoint = `ipc://${join(temporaryDirectory(t), 'nobody')}`
  await using client = connect({ endpoint })
  await assert.rejects(client.call('list', {}, { timeoutMs: SHORT_MS }), {
    code: 'ERR_CALL_TIMEOUT',
    endpoint,
    timeoutMs: SHORT_MS,
    message: `Cannot get an answer to list from ${endpoint} within 0.05 s`,
  })
})

test('a waiting call outlasts the timeout as long as the daemon answers', async (t) => {
  const daemon = await startFakeDaemon(t)
  await using client = connect({ endpoint: daemon.endpoint, timeoutMs: 1_000 })
  // One view for the stop, then one for each time that the client asks whether the daemon is there: once per timeout.
  daemon.onView = (views) => {
    if (views === 3) daemon.controller.jobEnded('1', { ok: true, result: {} })
  }
  const reply = await client.call('stop', { name: 'web', waiting: true })
  assert.equal(reply.info, null)
})

test('a waiting call ends when the daemon does not answer any more', async (t) => {
  const router = await bindRouter(`ipc://${join(temporaryDirectory(t), 'control')}`)
  t.after(() => router.close())
  await using client = connect({ endpoint: router.endpoint, timeoutMs: SHORT_MS })
  await assert.rejects(client.call('stop', { waiting: true }), { code: 'ERR_CALL_TIMEOUT' })
})

test('a waiting call whose job fails is an error reply', async (t) => {
  const daemon = await startFakeDaemon(t)
  await using client = connect({ endpoint: daemon.endpoint })
  daemon.onPost = (event) => {
    setImmediate(() => daemon.controller.jobEnded(jobOf(event), { ok: false, reason: 'no' }))
  }
  await assert.rejects(client.call('reload', { waiting: true }), { errno: 6, message: 'no' })
})

test('a call ends with the reason of its signal', async (t) => {
  const daemon = await startFakeDaemon(t)
  await using client = connect({ endpoint: daemon.endpoint })
  const controller = new AbortController()
  daemon.onPost = () => controller.abort(new Error('changed my mind'))
  const { signal } = controller
  const call = client.call('stop', { name: 'web', waiting: true }, { signal })
  await assert.rejects(call, { message: 'changed my mind' })
  await assert.rejects(client.call('list', {}, { signal }), { message: 'changed my mind' })
  assert.equal((await client.call('numwatchers', {})).numwatchers, 4)
})

test('close fails open calls and later ones, and may be called twice', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = connect({ endpoint: daemon.endpoint })
  daemon.onPost = () => client.close()
  const expected = { code: 'ERR_CLIENT_CLOSED' }
  await assert.rejects(client.call('stop', { name: 'web', waiting: true }), expected)
  client.close()
  await assert.rejects(client.call('list', {}), expected)
  await assert.rejects(client.cast('stop', {}), expected)
})

test('a cast is executed although the client closes before the daemon is there', async (t) => {
  const endpoint = `ipc://${join(temporaryDirectory(t), 'control')}`
  const client = connect({ endpoint })
  await client.cast('stop', { name: 'web' })
  client.close()
  const daemon = await startFakeDaemon(t, endpoint)
  const posted = new Promise((resolve) => {
    daemon.onPost = resolve
  })
  assert.deepEqual(await within(posted, 'the cast'), {
    type: 'command',
    watcher: 'web',
    command: { kind: 'stop', job: '1' },
  })
})

test('calls fail at once when too many are under way', async (t) => {
  const client = connect({ endpoint: `ipc://${join(temporaryDirectory(t), 'nobody')}` })
  const casts = Array.from({ length: MAX_UNSENT_MESSAGES }, () => client.cast('list', {}))
  await Promise.all(casts)
  await assert.rejects(client.call('list', {}), { code: 'ERR_CLIENT_CLOSED', message: /too much/ })
  client.close()
})

test('a wrong timeout or endpoint is refused', () => {
  assert.throws(() => connect({ endpoint: 'tcp://127.0.0.1:1', timeoutMs: 0 }), RangeError)
  assert.throws(() => connect({ endpoint: 'bogus' }), { code: 'ERR_ENDPOINT' })
})

test('events are iterated until the signal aborts', async (t) => {
  const socket = await bindPublisher(`ipc://${join(temporaryDirectory(t), 'events')}`, 'events')
  t.after(() => socket.close())
  const publisher = createPublisher(socket, () => TIME)
  // Nobody is told when a subscription has arrived, so events are repeated until one is heard.
  const timer = setInterval(() => {
    publisher.publish({ name: 'start', watcher: 'other' })
    publisher.publish({
      name: 'reap',
      watcher: 'My App.2',
      pid: 7,
      exitCode: -15,
      isExpected: false,
    })
  }, 10)
  t.after(() => clearInterval(timer))
  const stop = new AbortController()
  const { endpoint } = socket
  const heard = []
  for await (const event of events({ endpoint, topics: ['watcher.my'], signal: stop.signal })) {
    const { seq: _, ...payload } = event.payload
    heard.push({ ...event, payload })
    stop.abort()
  }
  assert.deepEqual(heard, [
    {
      topic: 'watcher.my_app.2.reap',
      watcher: 'my_app.2',
      name: 'reap',
      payload: { process_pid: 7, time: TIME, exit_code: -15 },
      lost: 0,
    },
  ])
})
