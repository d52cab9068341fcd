import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { chooseEndpoints, endpointOwnerUid } from '../../../supervisor/dist/arbiter/endpoints.js'
import type { CircusOptions } from '../../../supervisor/dist/config/options.js'
import { bindRouter } from '../../../supervisor/dist/net/zmq.js'
import { configOf } from '../config/parse-text.ts'
import { temporaryDirectory } from '../os/temporary-directory.ts'

const LOCK = 'curve_server_key = server.key\nauthorized_keys = authorized_keys\n'

function circusOf(text: string): CircusOptions {
  return configOf(`[circus]\n${text}\n`).circus
}

function choose(t: TestContext, text: string) {
  const logged: string[] = []
  const environment = { CIRCUS_RUNTIME_DIR: join(temporaryDirectory(t), 'run') }
  const endpoints = chooseEndpoints(circusOf(text), environment, (level, message) =>
    logged.push(`${level}: ${message}`),
  )
  return { endpoints, logged }
}

test('without configuration the endpoints are sockets in a private directory', (t) => {
  const { endpoints, logged } = choose(t, 'check_delay = 5')
  const path = endpoints.control.replace('ipc://', '')
  assert.equal(statSync(join(path, '..')).mode & 0o777, 0o700)
  assert.deepEqual(logged, [])
})

for (const option of ['endpoint', 'pubsub_endpoint', 'stats_endpoint']) {
  for (const address of [
    'tcp://0.0.0.0:5555',
    'tcp://*:5555',
    'tcp://10.0.0.1:1',
    'tcp://[::]:1',
  ]) {
    test(`${option} = ${address} needs a lock`, (t) => {
      const message = `Cannot use ${option} = ${address}: other machines could reach it, and whoever does can run programs here; lock it with curve_server_key and authorized_keys (docs/security.md), or use a loopback or ipc address`
      assert.throws(() => choose(t, `${option} = ${address}`), {
        name: 'OpenEndpointError',
        message,
      })
      assert.deepEqual(choose(t, `${option} = ${address}\n${LOCK}`).logged, [])
    })
  }
}

test('a loopback address without a lock is allowed, with a warning', (t) => {
  const address = 'tcp://127.0.0.1:5555'
  const { endpoints, logged } = choose(t, `endpoint = ${address}`)
  assert.equal(endpoints.control, address)
  assert.match(String(logged[0]), /^warning: endpoint tcp:\/\/127\.0\.0\.1:5555 has no lock: every/)
  assert.deepEqual(choose(t, `endpoint = ${address}\n${LOCK}`).logged, [])
})

test('half of a lock is none', (t) => {
  const halves = [
    ['curve_server_key = k', 'curve_server_key is given and authorized_keys is not'],
    ['authorized_keys = a', 'authorized_keys is given and curve_server_key is not'],
  ] as const
  for (const [text, what] of halves) {
    const message = `Cannot lock the endpoints: ${what}`
    assert.throws(() => choose(t, text), { name: 'OpenEndpointError', message })
  }
})

test('endpoint_owner needs an ipc endpoint of its own', (t) => {
  for (const endpoint of ['', 'endpoint = tcp://127.0.0.1:5555']) {
    const message =
      'Cannot give the control endpoint to endpoint_owner = nobody: set endpoint to an ipc:// path in a directory that this user can enter'
    assert.throws(() => choose(t, `endpoint_owner = nobody\n${endpoint}`), { message })
  }
  choose(t, 'endpoint_owner = nobody\nendpoint = ipc:///srv/circus/control')
})

test('endpoint_owner is a user, by name or number', () => {
  assert.equal(endpointOwnerUid(circusOf('check_delay = 5')), null)
  assert.equal(endpointOwnerUid(circusOf('endpoint_owner = root')), 0)
  assert.equal(endpointOwnerUid(circusOf('endpoint_owner = 0')), 0)
  const unknown = circusOf('endpoint_owner = no-such-user')
  assert.throws(() => endpointOwnerUid(unknown), { name: 'UnknownAccountError' })
})

test('the control socket belongs to its owner, whose group and mode stay', async (t) => {
  const path = join(temporaryDirectory(t), 'control')
  const isRoot = process.getuid?.() === 0
  // Only root gives files away.
  const ownerUid = isRoot ? 65_534 : (process.getuid?.() ?? 0)
  const router = await bindRouter(`ipc://${path}`, { ownerUid })
  const { uid, gid, mode } = statSync(path)
  assert.deepEqual([uid, gid, mode & 0o777], [ownerUid, process.getgid?.(), 0o600])
  await router.close()
  assert.equal(statSync(path, { throwIfNoEntry: false }), undefined)
})
