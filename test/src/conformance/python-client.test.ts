/** That libzmq's Python binding, on which Circus' own client stands, finds our frames as it expects them. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { DaemonUnderTest, within } from '../integration/daemon-under-test.ts'
import { fixture } from '../os/started-process.ts'
import { aPid, aTime, infoOf, matches, type Expected } from './matchers.ts'

/** Debian's comes first: its zmq is the package python3-zmq. */
const python = ['/usr/bin/python3', 'python3'].find(
  (program) => spawnSync(program, ['-c', 'import zmq']).status === 0,
)
const skip =
  python === undefined && 'NOT TESTED: no Python with zmq here (apt-get install python3-zmq)'

const calls: readonly [command: string, properties: object, reply: Record<string, Expected>][] = [
  ['list', {}, { status: 'ok', watchers: ['web'] }],
  ['status', { name: 'WEB' }, { status: 'active' }],
  ['stats', { name: 'web' }, { status: 'ok', name: 'web', info: infoOf(1) }],
  [
    'status',
    { name: 'nope' },
    { status: 'error', reason: 'program nope not found', tb: null, errno: 3 },
  ],
  [
    'restart',
    { name: 'web', waiting: true },
    { status: 'ok', info: { stopped: [aPid], started: [aPid], kept: [] } },
  ],
]

test('a Python client calls commands and hears events', { skip }, async (t) => {
  await using daemon = await DaemonUnderTest.start('[watcher:web]\ncmd = sleep 1000\n')
  await daemon.active()
  const endpoint = (name: string): string => `ipc://${join(daemon.home, 'run', name)}`
  const client = spawn(
    python ?? '',
    [fixture('python-client.py'), endpoint('control'), endpoint('events')],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const lines = createInterface({ input: client.stdout })[Symbol.asyncIterator]()
  const topics: string[] = []
  const reply = async (): Promise<unknown> => {
    for (;;) {
      const { value } = await within(lines.next(), 'a line of the client')
      const message: unknown = JSON.parse(String(value))
      if (!Array.isArray(message)) return message
      topics.push(String(message[0]))
    }
  }
  const call = (command: string, properties: object): Promise<unknown> => {
    client.stdin.write(`${JSON.stringify([command, properties])}\n`)
    return reply()
  }
  for (const [command, properties, fields] of calls) {
    await t.test(`${command} ${JSON.stringify(properties)}`, async () => {
      const { id, ...rest } = (await call(command, properties)) as Record<string, unknown>
      assert.match(String(id), /^[0-9a-f]{32}$/)
      matches(rest, { ...fields, time: aTime })
    })
  }
  await t.test('events are heard', async () => {
    // A subscription comes into force at some time, and nobody tells when.
    while (!topics.includes('watcher.web.reap'))
      await call('restart', { name: 'web', waiting: true })
    for (const topic of topics) assert.match(topic, /^watcher\.web\.(spawn|start|kill|reap|stop)$/)
  })
  client.stdin.end()
  await once(client, 'exit')
})
