import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  connect,
  events,
  type Client,
  type ClientKeys,
} from '../../../supervisor/dist/client/index.js'
import { LockFiles } from '../control/locked-door.ts'
import { CircusdHome, type CircusdProcess } from './circusd-process.ts'

/** How long a client waits that must get nothing, in ms. */
const SHORT_MS = 300

/** ZeroMQ gives up a connection that was refused: what is sent after that fails at once. */
const NO_ANSWER = { code: /^ERR_CALL_TIMEOUT$|^ERR_CLIENT_CLOSED$/ }

const WATCHER =
  '[watcher:web]\ncmd = sleep 1000\ncopy_env = false\n[env:web]\nAPI_TOKEN = hunter2\n'
const ADDRESSES = 'endpoint = tcp://127.0.0.1:*\npubsub_endpoint = tcp://127.0.0.1:*\n'

/** A circusd whose control and event endpoints are locked. */
class LockedDaemon implements AsyncDisposable {
  readonly files: LockFiles
  readonly circusd: CircusdProcess
  readonly #home: CircusdHome
  #control = ''
  #events = ''

  private constructor() {
    this.#home = new CircusdHome({})
    this.files = new LockFiles(this.#home.path)
    this.files.client('admin', 'nobody')
    const lock = 'curve_server_key = server.key\nauthorized_keys = authorized_keys\n'
    writeFileSync(this.#home.file('circus.ini'), `[circus]\n${ADDRESSES}${lock}${WATCHER}`)
    this.circusd = this.#home.start()
  }

  static async start(): Promise<LockedDaemon> {
    const daemon = new LockedDaemon()
    await daemon.circusd.says('web started')
    const said = /requests at (\S+), events at (\S+)/.exec(daemon.circusd.stderr)
    daemon.#control = said?.[1] ?? assert.fail(daemon.circusd.stderr)
    daemon.#events = said?.[2] ?? assert.fail(daemon.circusd.stderr)
    return daemon
  }

  connect(keys: ClientKeys | null, timeoutMs?: number): Client {
    return connect({ endpoint: this.#control, keys, ...(timeoutMs && { timeoutMs }) })
  }

  events(keys: ClientKeys | null, signal: AbortSignal) {
    return events({ endpoint: this.#events, keys, signal })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#home[Symbol.asyncDispose]()
  }
}

test('who has no key, or one that is not on the list, gets nothing and changes nothing', async () => {
  await using daemon = await LockedDaemon.start()
  const { files } = daemon
  await using reader = daemon.connect(files.client('read'))
  const { pids } = await reader.call('list', { name: 'web' })
  const unknown = files.stranger()
  for (const keys of [null, unknown, { ...unknown, serverKey: unknown.publicKey }]) {
    await using client = daemon.connect(keys, SHORT_MS)
    await assert.rejects(client.call('quit', {}), NO_ANSWER)
    assert.deepEqual((await reader.call('list', { name: 'web' })).pids, pids)
  }
  await daemon.circusd.says(`audit: unknown key ${unknown.publicKey} from 127.0.0.1: refused`)
})

test('read looks, operate acts, admin rules: each no more than that, and each in the audit', async () => {
  await using daemon = await LockedDaemon.start()
  const { files, circusd } = daemon
  await using reader = daemon.connect(files.client('read', 'grafana'))
  await using operator = daemon.connect(files.client('operate', 'alice'))
  await using admin = daemon.connect(files.client('admin', 'bob'))

  const { options } = await reader.call('options', { name: 'web' })
  assert.equal(Object(options['env']).API_TOKEN, '********')
  await assert.rejects(reader.call('options', { name: 'web', secrets: true }), { errno: 4 })
  await assert.rejects(reader.call('stop', { name: 'web' }), {
    errno: 4,
    message: 'permission denied: stop needs the role operate, and yours is read',
  })
  await circusd.says(
    'audit: grafana (read) options {"name":"web","secrets":true}: refused, errno 4',
  )

  const { info } = await operator.call('restart', { name: 'web', waiting: true })
  assert.equal(info?.started?.length, 1)
  await circusd.says('audit: alice (operate) restart {"name":"web","waiting":true}: job 1')
  await circusd.says('audit: alice restart: job 1 ended, ok')
  await assert.rejects(operator.call('quit', {}), {
    errno: 4,
    message: 'permission denied: quit needs the role admin, and yours is operate',
  })

  const shown = await admin.call('options', { name: 'web', secrets: true })
  assert.equal(Object(shown.options['env']).API_TOKEN, 'hunter2')
  await admin.call('quit', {})
  assert.equal(await circusd.exitCode(), 0)
  assert.match(circusd.stderr, /audit: bob \(admin\) quit {}: job 2/)
})

test('events are heard with the role read, and without a key they are not', async () => {
  await using daemon = await LockedDaemon.start()
  const { files } = daemon
  await using operator = daemon.connect(files.client('operate'))
  const stop = new AbortController()
  const heard: string[] = []
  const hear = async (name: string, keys: ClientKeys | null): Promise<void> => {
    for await (const { topic } of daemon.events(keys, stop.signal)) {
      heard.push(`${name} ${topic}`)
      if (name === 'read') stop.abort()
    }
  }
  const hearing = [hear('outside', null), hear('read', files.client('read'))]
  // Nobody is told when a subscription has arrived, so something happens again and again until it is heard.
  while (!stop.signal.aborted) await operator.call('restart', { name: 'web', waiting: true })
  await Promise.all(hearing)
  assert.equal(heard.length, 1)
  assert.match(String(heard[0]), /^read watcher\.web\./)
})

test('a key that is taken off the list is powerless at once, one that is put on it comes in', async () => {
  await using daemon = await LockedDaemon.start()
  const { files } = daemon
  await using old = daemon.connect(files.client('operate', 'old'))
  await old.call('restart', { name: 'web', waiting: true })
  writeFileSync(files.authorizedKeys, '')
  await using young = daemon.connect(files.client('operate', 'young'))
  await young.call('restart', { name: 'web', waiting: true })
  await assert.rejects(old.call('restart', { name: 'web', waiting: true }), { errno: 4 })
})

/** What keeps circusd from starting, beside a lock that is not there at all (see bad-input.test.ts). */
const refusals: readonly [what: string, ini: string, sentence: RegExp][] = [
  [
    'an event endpoint that other machines can reach without a lock',
    'pubsub_endpoint = tcp://0.0.0.0:0',
    /^circusd: Cannot use pubsub_endpoint = tcp:\/\/0\.0\.0\.0:0: .*lock it with curve_server_key/m,
  ],
  [
    'half of a lock',
    'endpoint = tcp://0.0.0.0:0\ncurve_server_key = server.key',
    /^circusd: Cannot lock the endpoints: curve_server_key is given and authorized_keys is not$/m,
  ],
  [
    'a server key that others may read',
    `${ADDRESSES}curve_server_key = open.key\nauthorized_keys = authorized_keys`,
    /^circusd: Cannot use the key file open\.key: its mode is 0644, so others may use it: chmod 600/m,
  ],
  [
    'a server key that is missing',
    `${ADDRESSES}curve_server_key = missing.key\nauthorized_keys = authorized_keys`,
    /^circusd: Cannot use the key file missing\.key: ENOENT/m,
  ],
  [
    'a list of keys that others may write to',
    `${ADDRESSES}curve_server_key = server.key\nauthorized_keys = open_keys`,
    /^circusd: Cannot use the key file open_keys: its mode is 0666, others may write to it/m,
  ],
  [
    'an owner of the control endpoint whom nobody knows',
    'endpoint = ipc://control\nendpoint_owner = no-such-user',
    /^circusd: Cannot find the user no-such-user/m,
  ],
]

for (const [what, ini, sentence] of refusals) {
  test(`circusd does not start with ${what}: one sentence, exit 71`, async () => {
    await using home = new CircusdHome({ 'circus.ini': `[circus]\n${ini}\n${WATCHER}` })
    const files = new LockFiles(home.path)
    files.client('admin')
    writeFileSync(home.file('open.key'), '', { mode: 0o600 })
    chmodSync(home.file('open.key'), 0o644)
    writeFileSync(home.file('open_keys'), '')
    chmodSync(home.file('open_keys'), 0o666)
    const circusd = home.start()
    assert.equal(await circusd.exitCode(), 71)
    assert.match(circusd.stderr, sentence)
    assert.doesNotMatch(circusd.stderr, /\n\s+at |web started/)
  })
}
