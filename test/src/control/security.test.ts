import assert from 'node:assert/strict'
import { connect as connectTcp } from 'node:net'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { createPublisher } from '../../../supervisor/dist/arbiter/publisher.js'
import { connect, events } from '../../../supervisor/dist/client/index.js'
import { newProver } from '../../../supervisor/dist/net/request-proof.js'
import { bindPublisher } from '../../../supervisor/dist/net/zmq.js'
import { permits, type Access } from '../../../supervisor/dist/protocol/access.js'
import { commandTable } from '../../../supervisor/dist/protocol/command-table.js'
import { startFakeDaemon, TIME } from './fake-daemon.ts'
import { openTestLock } from './locked-door.ts'
import { RawClient } from './raw-client.ts'

const TCP = 'tcp://127.0.0.1:*'

/** How long a client waits that must get nothing, in ms: it has the time of some hundred answers. */
const SHORT_MS = 200

/** ZeroMQ gives up a connection that was refused: what is sent after that fails at once. */
const NO_ANSWER = { code: /^ERR_CALL_TIMEOUT$|^ERR_CLIENT_CLOSED$/ }

const LIST = { command: 'list', id: 'l' }
const LISTED = {
  status: 'ok',
  time: TIME,
  watchers: ['by-hand', 'mixed case', 'sleeper', 'web'],
  id: 'l',
}

function denied(command: string, access: Access, role: Access): object {
  const message = `permission denied: ${command} needs the role ${access}, and yours is ${role}`
  return { code: 'ERR_ERROR_REPLY', errno: 4, message }
}

test('clients without a key, with an unknown one or for another server get nothing, and disturb nobody', async (t) => {
  const { files, lock, logged } = await openTestLock(t)
  const { endpoint, posted } = await startFakeDaemon(t, TCP, lock)
  await using reader = connect({ endpoint, keys: files.client('read') })
  const unknown = files.stranger()
  const forAnother = { ...files.client('admin'), serverKey: files.stranger().publicKey }
  for (const keys of [null, unknown, forAnother]) {
    await using client = connect({ endpoint, keys, timeoutMs: SHORT_MS })
    const silence = assert.rejects(client.call('stop', {}), NO_ANSWER)
    assert.equal((await reader.call('numwatchers', {})).numwatchers, 4)
    await silence
    assert.equal((await reader.call('numwatchers', {})).numwatchers, 4)
  }
  assert.deepEqual(posted, [])
  const refusal = `warning: audit: unknown key ${unknown.publicKey} from 127.0.0.1: refused`
  assert.ok(logged.includes(refusal), logged.join('\n'))
})

test('bytes that are no ZeroMQ disturb nobody', async (t) => {
  const { files, lock } = await openTestLock(t)
  const { endpoint } = await startFakeDaemon(t, TCP, lock)
  const stranger = connectTcp(Number(endpoint.split(':').at(-1)), '127.0.0.1')
  stranger.on('error', () => {
    // The daemon has hung up.
  })
  stranger.resume()
  stranger.write('GET / HTTP/1.1\r\n\r\n'.repeat(100))
  await new Promise((resolve) => stranger.once('close', resolve))
  await using reader = connect({ endpoint, keys: files.client('read') })
  assert.equal((await reader.call('numwatchers', {})).numwatchers, 4)
})

/** Properties with which each command is valid. */
const PROPERTIES = { name: 'web', nb: 1, waiting: false, key: 'x', keys: [], options: {} }

for (const role of ['read', 'operate', 'admin'] as const) {
  test(`a client with the role ${role} may use what it is for, and nothing above it is begun`, async (t) => {
    const { files, lock } = await openTestLock(t)
    const daemon = await startFakeDaemon(t, TCP, lock)
    await using client = connect({ endpoint: daemon.endpoint, keys: files.client(role) })
    for (const { name, access } of commandTable) {
      const call = client.call(name, PROPERTIES)
      if (!permits(role, access)) {
        await assert.rejects(call, denied(name, access, role))
        continue
      }
      const errno = await call.then(
        () => null,
        (error: unknown) => Object(error).errno,
      )
      assert.notEqual(errno, 4, name)
    }
    assert.equal(daemon.posted.length > 0, role !== 'read')
  })
}

test('a role is a matter of the key, not of what a client says about itself', async (t) => {
  const { files, lock } = await openTestLock(t)
  const { endpoint, posted } = await startFakeDaemon(t, TCP, lock)
  const [admin, reader] = [files.client('admin'), files.client('read')]
  const client = new RawClient(t, endpoint, reader)
  const request = JSON.stringify({ command: 'quit', id: 'q', role: 'admin', key: admin.publicKey })
  const own = newProver(reader)(request)
  const forged = Buffer.concat([newProver(admin)(request).subarray(0, 32), own.subarray(32)])
  const ofAnotherRequest = newProver(admin)(`${request} `)
  const wrong = 'permission denied: the key is not authorized'
  const below = 'permission denied: quit needs the role admin, and yours is read'
  const cases = [
    [[request], below],
    [[request, own], below],
    [[request, forged], wrong],
    [[request, ofAnotherRequest], wrong],
    [[request, new Uint8Array(64)], wrong],
  ] as const
  for (const [frames, reason] of cases) {
    client.send(...frames)
    const reply = { status: 'error', reason, tb: null, time: TIME, errno: 4, id: 'q' }
    assert.deepEqual(await client.reply(), reply)
  }
  assert.deepEqual(posted, [])
})

test('a client that speaks CURVE and knows no proofs may read', async (t) => {
  const { files, lock } = await openTestLock(t)
  const { endpoint } = await startFakeDaemon(t, TCP, lock)
  const client = new RawClient(t, endpoint, files.client('admin'))
  assert.deepEqual(await client.ask(LIST), LISTED)
  const { errno } = Object(await client.ask({ command: 'stop' }))
  assert.equal(errno, 4)
})

test('a key that is taken off the list is powerless at once, on connections that it has', async (t) => {
  const { files, lock } = await openTestLock(t)
  const { endpoint, posted } = await startFakeDaemon(t, TCP, lock)
  await using client = connect({ endpoint, keys: files.client('admin') })
  await client.call('stop', { name: 'web' })
  writeFileSync(files.authorizedKeys, '')
  const expected = { errno: 4, message: 'permission denied: the key is not authorized' }
  await assert.rejects(client.call('stop', { name: 'web' }), expected)
  await assert.rejects(client.call('list', {}), expected)
  assert.equal(posted.length, 1)
})

test('a key that is put on the list comes in without a restart', async (t) => {
  const { files, lock } = await openTestLock(t)
  const { endpoint } = await startFakeDaemon(t, TCP, lock)
  await using client = connect({ endpoint, keys: files.client('operate') })
  await client.call('stop', { name: 'web' })
})

test('without a lock everybody who can connect is an admin', async (t) => {
  for (const endpoint of [undefined, TCP]) {
    const daemon = await startFakeDaemon(t, endpoint)
    await using client = connect({ endpoint: daemon.endpoint })
    await client.call('quit', {})
    const { options } = await client.call('options', { name: 'web', secrets: true })
    assert.equal(Object(options['env']).DB_PASSWORD, 'hunter2')
  }
})

test('events are heard by those with a role, and by nobody else', async (t) => {
  const { files, lock } = await openTestLock(t)
  const socket = await bindPublisher(TCP, 'events', lock)
  t.after(() => socket.close())
  const publisher = createPublisher(socket, () => TIME)
  const timer = setInterval(() => publisher.publish({ name: 'start', watcher: 'web' }), 5)
  t.after(() => clearInterval(timer))
  const heard: string[] = []
  const stop = new AbortController()
  const { signal } = stop
  const { endpoint } = socket
  async function hear(name: string, keys: ReturnType<typeof files.stranger> | null): Promise<void> {
    for await (const event of events({ endpoint, keys, signal })) {
      heard.push(`${name} ${event.topic}`)
      if (name === 'read') stop.abort()
    }
  }
  const outside = [hear('no key', null), hear('unknown', files.stranger())]
  await Promise.all([...outside, hear('read', files.client('read'))])
  assert.deepEqual(heard, ['read watcher.web.start'])
})

test('keys are ignored at a Unix socket, which is never locked', async (t) => {
  const { files, lock } = await openTestLock(t)
  const { endpoint } = await startFakeDaemon(t, undefined, lock)
  await using client = connect({ endpoint, keys: files.stranger() })
  await client.call('quit', {})
})
