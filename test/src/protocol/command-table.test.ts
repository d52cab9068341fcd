import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { commandTable, findCommand } from '../../../supervisor/dist/protocol/command-table.js'

test('the table lists every command file, in alphabetical order', () => {
  const directory = new URL('../../../supervisor/dist/protocol/commands/', import.meta.url)
  const files = readdirSync(directory).filter((file) => file.endsWith('.js'))
  const names = files.map((file) => file.replace(/\.js$/, ''))
  assert.deepEqual(
    commandTable.map(({ name }) => name),
    names.toSorted(),
  )
})

test('commands are found in any case, and nothing else is', () => {
  assert.equal(findCommand('LiSt')?.name, 'list')
  for (const name of ['bogus', '', 'constructor', '__proto__']) {
    assert.equal(findCommand(name), undefined)
  }
})

/** Success replies and what circusctl prints for them, as Circus' does. */
const texts: readonly [command: string, reply: Record<string, unknown>, text: string][] = [
  ['list', { watchers: ['mixed case', 'web'] }, 'mixed case,web'],
  ['list', { pids: [12514, 12515] }, '12514,12515'],
  ['list', { watchers: [] }, ''],
  ['status', { status: 'active' }, 'active'],
  [
    'status',
    { status: 'ok', statuses: { web: 'active', 'Mixed Case': 'stopped', a: 'active' } },
    'Mixed Case: stopped\na: active\nweb: active',
  ],
  ['numprocesses', { numprocesses: 2, watcher_name: 'WEB' }, '2'],
  ['numwatchers', { numwatchers: 4 }, '4'],
  ['incr', {}, 'ok'],
  ['incr', { numprocesses: 4 }, '4'],
  [
    'decr',
    { numprocesses: 1, singleton: true },
    'This watcher is a Singleton - not changing the number of processes',
  ],
  ['start', { info: { started: [1], kept: [] } }, 'ok'],
  ['stop', { info: null }, 'ok'],
  ['restart', {}, 'ok'],
  ['reload', {}, 'ok'],
  ['quit', {}, 'ok'],
  ['ping', {}, 'ok'],
  [
    'version',
    { version: '1.2.3', protocol: 1, node: '20.20.0', pid: 5 },
    'version: 1.2.3\nprotocol: 1\nnode: 20.20.0\npid: 5',
  ],
  ['ipython', { shell: false, msg: 'no' }, 'error: Could not start ipython kernel'],
  [
    'listsockets',
    {
      sockets: [
        { fd: 7, name: 'unixs', backlog: 2048, path: 'run/u.sock' },
        { fd: 8, name: 'web', backlog: 2048, host: '127.0.0.1', port: 18888 },
      ],
    },
    "7:socket 'unixs' at run/u.sock\n8:socket 'web' at 127.0.0.1:18888",
  ],
  [
    'options',
    {
      options: {
        uid: null,
        cmd: 'sleep',
        env: { B: '2', A: '1' },
        respawn: true,
        stdout_stream_conf: { filename: "it's", max_bytes: '10' },
        graceful_timeout: 1.5,
        args: ['a', 1, null],
      },
    },
    [
      "args: ['a', 1, None]",
      'cmd: sleep',
      'env: A=1,B=2',
      'graceful_timeout: 1.5',
      'respawn: True',
      "stdout_stream_conf: {'filename': \"it's\", 'max_bytes': '10'}",
      'uid: ',
    ].join('\n'),
  ],
  ['globaloptions', { options: { endpoint: 'tcp://x:1' } }, 'endpoint: tcp://x:1'],
]

for (const [name, reply, text] of texts) {
  test(`${name} ${JSON.stringify(reply)} is printed as by Circus`, () => {
    assert.equal(findCommand(name)?.text(reply), text)
  })
}

test('a reply that is nothing like the expected one is printed, not thrown at', () => {
  for (const command of commandTable) {
    for (const reply of [{}, { watchers: 5, statuses: 'x', sockets: null, options: [] }]) {
      assert.equal(typeof command.text(reply), 'string')
    }
  }
})
