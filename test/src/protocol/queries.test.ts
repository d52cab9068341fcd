import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Access } from '../../../supervisor/dist/protocol/access.js'
import { findCommand } from '../../../supervisor/dist/protocol/command-table.js'
import { encodeError, encodeOk } from '../../../supervisor/dist/protocol/reply.js'
import { RequestError } from '../../../supervisor/dist/protocol/request-error.js'
import { MASK } from '../../../supervisor/dist/protocol/mask-secrets.js'
import { arbiterWith, sampleView, watcher } from './hand-made-view.ts'

const TIME = 1795225007.2394056

/** The reply frame to a query, as the daemon sends it for `"id": "1"`. */
function replyTo(
  command: string,
  properties: Record<string, unknown>,
  view = sampleView,
  role: Access = 'read',
): unknown {
  const query = findCommand(command)
  assert.equal(query?.kind, 'query')
  try {
    return JSON.parse(encodeOk('1', query.answer(properties, view, role), TIME))
  } catch (error) {
    assert.ok(error instanceof RequestError, String(error))
    return JSON.parse(encodeError('1', error, TIME))
  }
}

function refusal(errno: number, reason: string): object {
  return { status: 'error', reason, tb: null, time: TIME, errno, id: '1' }
}

/** Requests and the replies that Circus 0.19 gives to them, with the names and numbers of the sample. */
const golden: readonly [command: string, properties: Record<string, unknown>, reply: object][] = [
  ['list', {}, { status: 'ok', watchers: ['by-hand', 'mixed case', 'sleeper', 'web'] }],
  ['list', { name: 'WEB' }, { status: 'ok', pids: [11348, 11349] }],
  ['list', { name: 'mixed case' }, { status: 'ok', pids: [] }],
  ['status', { name: 'web' }, { status: 'active' }],
  ['status', { name: 'MIXED CASE' }, { status: 'stopped' }],
  [
    'status',
    {},
    {
      status: 'ok',
      statuses: { 'Mixed Case': 'stopped', 'by-hand': 'stopped', sleeper: 'active', web: 'active' },
    },
  ],
  ['numprocesses', {}, { status: 'ok', numprocesses: 3 }],
  ['numprocesses', { name: 'WEB' }, { status: 'ok', numprocesses: 2, watcher_name: 'WEB' }],
  ['numwatchers', {}, { status: 'ok', numwatchers: 4 }],
  [
    'listsockets',
    {},
    {
      status: 'ok',
      sockets: [
        { fd: 7, name: 'unixs', backlog: 2048, path: 'run/u.sock' },
        { fd: 8, name: 'web', backlog: 2048, host: '127.0.0.1', port: 18888 },
      ],
    },
  ],
  ['globaloptions', {}, { status: 'ok', options: sampleView.globalOptions }],
  [
    'globaloptions',
    { option: 'endpoint' },
    { status: 'ok', options: { endpoint: 'tcp://127.0.0.1:5555' } },
  ],
  ['ping', {}, { status: 'ok' }],
  ['version', {}, { status: 'ok', version: '1.2.3', protocol: 1, node: '20.20.0', pid: 11342 }],
  ['ipython', {}, { status: 'ok', shell: false, msg: 'circusd runs on Node: there is no IPython' }],
]

for (const [command, properties, reply] of golden) {
  test(`${command} ${JSON.stringify(properties)} is answered as by Circus`, () => {
    assert.deepEqual(replyTo(command, properties), { ...reply, time: TIME, id: '1' })
  })
}

const refused: readonly [command: string, properties: Record<string, unknown>, reason: string][] = [
  ['list', { name: 'nope' }, 'program nope not found'],
  ['status', { name: 'Nope' }, 'program Nope not found'],
  ['numprocesses', { name: '' }, 'program  not found'],
  ['options', {}, "message invalid 'name' is missing"],
  ['options', { name: 'nope' }, 'program nope not found'],
  ['options', { name: 5 }, "message invalid 'name' must be a string"],
  ['list', { name: null }, "message invalid 'name' must be a string"],
  ['listen', {}, 'invalid message. use a pub/sub socket'],
  ['globaloptions', { option: 'nope' }, "'nope' not an existing option"],
  ['globaloptions', { option: 'constructor' }, "'constructor' not an existing option"],
]

for (const [command, properties, reason] of refused) {
  test(`${command} ${JSON.stringify(properties)} is refused: ${reason}`, () => {
    assert.deepEqual(replyTo(command, properties), refusal(3, reason))
  })
}

test('a process that is being spawned counts, but has no pid to list', () => {
  const view = { ...sampleView, arbiter: arbiterWith(watcher({ name: 'web', pids: [7, null] })) }
  assert.deepEqual(replyTo('list', { name: 'web' }, view), {
    status: 'ok',
    time: TIME,
    pids: [7],
    id: '1',
  })
  assert.deepEqual(replyTo('numprocesses', {}, view), {
    status: 'ok',
    time: TIME,
    numprocesses: 2,
    id: '1',
  })
})

test('options are asked for by the name as the watcher spells it, and secrets are masked', () => {
  assert.deepEqual(replyTo('options', { name: 'WEB' }), {
    status: 'ok',
    time: TIME,
    options: { ...sampleView.optionsOf('web'), env: { PORT: '80', DB_PASSWORD: MASK } },
    id: '1',
  })
})

test('an admin sees secrets when asking for them, nobody else does', () => {
  const secrets = { name: 'web', secrets: true }
  const shown = { status: 'ok', time: TIME, options: sampleView.optionsOf('web'), id: '1' }
  assert.deepEqual(replyTo('options', secrets, sampleView, 'admin'), shown)
  for (const role of ['read', 'operate'] as const) {
    const reason = `permission denied: secrets are shown to the role admin, and yours is ${role}`
    assert.deepEqual(replyTo('options', secrets, sampleView, role), refusal(4, reason))
  }
})
