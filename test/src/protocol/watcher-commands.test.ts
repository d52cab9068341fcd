import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WatcherOptions } from '../../../supervisor/dist/config/options.js'
import type { ArbiterEvent, WatcherCommand } from '../../../supervisor/dist/core/event.js'
import { findCommand } from '../../../supervisor/dist/protocol/command-table.js'
import type { Beginning, Operation } from '../../../supervisor/dist/protocol/command.js'
import { sampleView } from './hand-made-view.ts'

type Properties = Record<string, unknown>

function operation(command: string): Operation {
  const found = findCommand(command)
  assert.equal(found?.kind, 'operation')
  return found
}

function begin(command: string, properties: Properties): Beginning {
  return operation(command).begin(properties, '1', sampleView)
}

function on(watcher: string, command: WatcherCommand): ArbiterEvent {
  return { type: 'command', watcher, command }
}

const KILL = { kind: 'kill', job: '1', pid: null, signal: null, gracefulTimeoutMs: null } as const
const SIGNAL = { kind: 'signal', job: '1', pid: null, signal: 10, to: 'process' } as const

const events: readonly [command: string, properties: Properties, event: ArbiterEvent][] = [
  ['rm', { name: 'WEB' }, on('web', { kind: 'remove', job: '1', leavesProcesses: false })],
  [
    'rm',
    { name: 'web', nostop: true },
    on('web', { kind: 'remove', job: '1', leavesProcesses: true }),
  ],
  ['kill', { name: 'Web' }, on('web', KILL)],
  ['kill', { name: 'web', pid: 11348 }, on('web', { ...KILL, pid: 11348 })],
  // A stock circusctl sends text.
  ['kill', { name: 'web', pid: '11348' }, on('web', { ...KILL, pid: 11348 })],
  ['kill', { name: 'web', pid: 5 }, on('web', { ...KILL, pid: 5 })],
  ['kill', { name: 'web', signum: 'usr1' }, on('web', { ...KILL, signal: 10 })],
  ['kill', { name: 'web', graceful_timeout: 0.3 }, on('web', { ...KILL, gracefulTimeoutMs: 300 })],
  [
    'kill',
    { name: 'web', graceful_timeout: '2' },
    on('web', { ...KILL, gracefulTimeoutMs: 2_000 }),
  ],
  ['kill', { name: 'web', pid: null, signum: null, graceful_timeout: null }, on('web', KILL)],
  ...[10, '10', 'usr1', 'USR1', 'SIGUSR1', 'sigusr1'].map(
    (signum): [string, Properties, ArbiterEvent] => [
      'signal',
      { name: 'web', signum },
      on('web', SIGNAL),
    ],
  ),
  ['signal', { name: 'web', signum: 'RTMIN+1' }, on('web', { ...SIGNAL, signal: 35 })],
  ['signal', { name: 'web', signum: 10, pid: 11348 }, on('web', { ...SIGNAL, pid: 11348 })],
  ['signal', { name: 'web', signum: 10, pid: 4 }, on('web', { ...SIGNAL, pid: 4 })],
  ['signal', { name: 'web', signum: 10, children: true }, on('web', { ...SIGNAL, to: 'children' })],
  ['signal', { name: 'web', signum: 10, recursive: true }, on('web', { ...SIGNAL, to: 'tree' })],
  ...['childpid', 'child_pid'].map((key): [string, Properties, ArbiterEvent] => [
    'signal',
    { name: 'web', signum: 10, pid: 11348, [key]: 11400 },
    on('web', { ...SIGNAL, pid: 11348, to: { childPid: 11400 } }),
  ]),
]

for (const [command, properties, event] of events) {
  test(`${command} ${JSON.stringify(properties)} becomes its event`, () => {
    assert.deepEqual(begin(command, properties).event, event)
  })
}

const BLANKS = 'must have 1 to 255 characters, no slash, and no blank at its ends'

const refused: readonly [command: string, properties: Properties, errno: number, reason: string][] =
  [
    ['add', {}, 3, "message invalid 'name' is missing"],
    ['add', { name: 'dyn' }, 3, "message invalid 'cmd' is missing"],
    ['add', { name: 'WEB', cmd: 'x' }, 5, "'WEB' already exist"],
    ['add', { name: '', cmd: 'x' }, 3, `message invalid 'name' ${BLANKS}`],
    ['add', { name: 'a/b', cmd: 'x' }, 3, `message invalid 'name' ${BLANKS}`],
    ['add', { name: ' a', cmd: 'x' }, 3, `message invalid 'name' ${BLANKS}`],
    [
      'add',
      { name: 'a', cmd: 'x', options: 'y' },
      3,
      "message invalid 'options' must be an object",
    ],
    ['add', { name: 'a', cmd: 5 }, 3, "'cmd' isn't a string or a list of strings"],
    ['add', { name: 'a', cmd: 'x', args: [1] }, 3, "'args' isn't a string or a list of strings"],
    ['add', { name: 'a', cmd: '' }, 3, '[watcher:a]: has no command; add cmd = PROGRAM'],
    [
      'add',
      { name: 'a', cmd: 'x', options: { cmd: 'y' } },
      3,
      "message invalid 'cmd' is given twice, also in options",
    ],
    ['add', { name: 'a', cmd: 'x', options: { priority: [], name: 'b' } }, 3, "unknown key 'name'"],
    ['set', { name: 'web' }, 3, "message invalid 'options' is missing"],
    ['set', { name: 'nope', options: {} }, 3, 'program nope not found'],
    ['set', { name: 'web', options: { zzz: 1 } }, 3, "unknown key 'zzz'"],
    [
      'set',
      { name: 'sleeper', options: { numprocesses: 2 } },
      5,
      'numprocesses: 2 is too many for a singleton; it may be 0 or 1',
    ],
    [
      'set',
      { name: 'web', options: { numprocesses: 10_001 } },
      3,
      'numprocesses: 10001 processes are more than 10000',
    ],
    ['rm', { name: 'nope' }, 3, 'program nope not found'],
    ['rm', { name: 'web', nostop: 1 }, 3, "message invalid 'nostop' must be true or false"],
    ['kill', { name: 'nope' }, 3, 'program nope not found'],
    ['kill', { name: 'web', pid: 'x' }, 3, "message invalid 'pid' must be a pid"],
    ['kill', { name: 'web', pid: -1 }, 3, "message invalid 'pid' must be a pid"],
    ['kill', { name: 'web', signum: '' }, 3, 'signal invalid'],
    ['kill', { name: 'web', signum: '%' }, 3, 'signal invalid'],
    ['kill', { name: 'web', signum: 'bogus' }, 5, 'signum: "bogus" is not a signal of this system'],
    [
      'kill',
      { name: 'web', graceful_timeout: 'soon' },
      3,
      "message invalid 'graceful_timeout' must be a number of seconds from 0 to 2147483, such as 30 or 0.5",
    ],
    ['signal', { name: 'web' }, 3, "message invalid 'signum' is missing"],
    ['signal', { name: 'web', signum: {} }, 3, 'signal invalid'],
    [
      'signal',
      { name: 'web', signum: 99 },
      5,
      'signum: "99" is not a signal; signals have the numbers 1 to 64',
    ],
    ['signal', { name: 'web', signum: 10, childpid: 5 }, 5, 'cannot specify childpid without pid'],
    [
      'signal',
      { name: 'web', signum: 10, pid: 11348, childpid: 5 },
      5,
      'process 5 is no child of process 11348',
    ],
    [
      'signal',
      { name: 'web', signum: 10, children: true, recursive: true },
      3,
      "message invalid 'children' and 'recursive' exclude each other",
    ],
  ]

for (const [command, properties, errno, message] of refused) {
  test(`${command} ${JSON.stringify(properties)} is refused: ${message}`, () => {
    assert.throws(() => begin(command, properties), { code: 'ERR_REQUEST', errno, message })
  })
}

function defined(beginning: Beginning): WatcherOptions {
  return beginning.define ?? assert.fail('it defines nothing')
}

test('add brings a watcher as a section of a file would', () => {
  const options = { numprocesses: 3, graceful_timeout: 1.5, stop_signal: 2, priority: 7 }
  const beginning = begin('add', { name: 'Job', cmd: 'sleep', args: '400', start: true, options })
  const watcher = defined(beginning)
  assert.deepEqual(beginning.event, {
    type: 'addWatcher',
    policy: watcher,
    request: { job: '1', start: true },
  })
  const { name, cmd, args, numprocesses, gracefulTimeoutMs, stopSignal, priority } = watcher
  assert.deepEqual(
    { name, cmd, args, numprocesses, gracefulTimeoutMs, stopSignal, priority },
    {
      name: 'Job',
      cmd: 'sleep',
      args: '400',
      numprocesses: 3,
      gracefulTimeoutMs: 1_500,
      stopSignal: 2,
      priority: 7,
    },
  )
})

test('add tells what it accepts and does not act on', () => {
  const options = { stdout_stream: { class: 'StdoutStream', color: 'red' } }
  const { notes } = begin('add', { name: 'a', cmd: 'x', options })
  assert.deepEqual(notes, ['stdout_stream.color: is accepted but not acted on by this version'])
})

/** Options of `set` on `web`, and whether its processes are replaced. */
const changes: readonly [options: Properties, reloads: boolean][] = [
  [{}, false],
  [{ numprocesses: 5 }, false],
  [{ graceful_timeout: 3, stop_signal: 'INT', max_retry: -1, respawn: false }, false],
  [{ ready: 'none' }, false],
  [{ 'hooks.before_start': 'exec:true' }, false],
  [{ 'flapping.attempts': 4 }, false],
  [{ cmd: 'other' }, true],
  // It is as it was.
  [{ cmd: 'app' }, false],
  [{ args: ['a b'] }, true],
  [{ working_dir: '/tmp' }, true],
  [{ uid: 0 }, true],
  [{ env: { A: '1' } }, true],
  [{ rlimit_nofile: 100 }, true],
  [{ singleton: true, numprocesses: 1 }, true],
  // What runs has no pipe yet.
  [{ 'stdout_stream.class': 'StdoutStream' }, true],
]

for (const [options, reloads] of changes) {
  const outcome = reloads ? 'replaces' : 'keeps'
  test(`set ${JSON.stringify(options)} ${outcome} the processes`, () => {
    const beginning = begin('set', { name: 'WEB', options })
    const policy = defined(beginning)
    const keys = Object.keys(options)
    assert.deepEqual(
      beginning.event,
      on('web', { kind: 'change', job: '1', policy, keys, reloads }),
    )
  })
}

test('set starts from the number of processes that is wanted now', () => {
  // The file says 2; the watcher of the state has two processes as well, so another one is made.
  const [web, ...others] = sampleView.arbiter.watchers
  assert.ok(web)
  const grown = { ...web, policy: { ...web.policy, numprocesses: 7 } }
  const view = { ...sampleView, arbiter: { ...sampleView.arbiter, watchers: [grown, ...others] } }
  const properties = { name: 'web', options: { max_retry: 1 } }
  const { define } = operation('set').begin(properties, '1', view)
  assert.deepEqual([define?.numprocesses, define?.maxRetry], [7, 1])
})

test('get gives the options that were asked for, masked as options gives them', () => {
  const get = findCommand('get')
  assert.equal(get?.kind, 'query')
  const ask = (keys: unknown): object => get.answer({ name: 'web', keys }, sampleView, 'admin')
  assert.deepEqual(ask(['cmd', 'graceful_timeout', 'env']), {
    options: { cmd: 'sleep', graceful_timeout: 1.5, env: { PORT: '80', DB_PASSWORD: '********' } },
  })
  assert.deepEqual(ask([]), { options: {} })
  assert.throws(() => ask(['cmd', 'zzz']), { errno: 3, message: "'zzz' option not found" })
  assert.throws(() => ask(['toString']), { errno: 3, message: "'toString' option not found" })
  assert.throws(() => ask('cmd'), {
    errno: 3,
    message: "message invalid 'keys' must be a list of strings",
  })
  assert.throws(() => ask(undefined), { errno: 3, message: "message invalid 'keys' is missing" })
})

test('the replies to who waited', () => {
  const { event } = begin('add', { name: 'a', cmd: 'x', start: true })
  const result = { started: [21087], kept: [] }
  assert.deepEqual(operation('add').reply(result, event as ArbiterEvent), result)
  assert.deepEqual(operation('add').reply({}, event as ArbiterEvent), {})
  for (const command of ['set', 'rm', 'kill', 'signal', 'reloadconfig']) {
    assert.deepEqual(operation(command).reply({ numprocesses: 3 }, event as ArbiterEvent), {})
  }
})

/** What is typed, and the properties that it becomes. */
const lines: readonly [
  command: string,
  words: readonly string[],
  flags: Properties,
  properties: Properties,
][] = [
  [
    'add',
    ['job', 'sleep', '400'],
    { start: true },
    { name: 'job', cmd: 'sleep 400', start: true, waiting: false, options: {} },
  ],
  [
    'set',
    ['web', 'NumProcesses', '3', 'respawn', 'off', 'cmd', 'a b', 'graceful_timeout', '1.5'],
    { waiting: true },
    {
      name: 'web',
      options: { numprocesses: 3, respawn: false, cmd: 'a b', graceful_timeout: 1.5 },
      waiting: true,
    },
  ],
  [
    'set',
    ['web', 'env', 'A=1,B=x=y', 'hooks', 'before_start:./a.js:f'],
    {},
    {
      name: 'web',
      options: { env: { A: '1', B: 'x=y' }, hooks: { before_start: './a.js:f' } },
      waiting: false,
    },
  ],
  [
    'signal',
    ['web', 'hup'],
    {},
    { name: 'web', pid: undefined, signum: 'hup', children: false, recursive: false },
  ],
  [
    'signal',
    ['web', '7', '1'],
    { children: true },
    { name: 'web', pid: '7', signum: '1', children: true, recursive: false },
  ],
  [
    'kill',
    ['web', '7'],
    { signum: 'int', graceful_timeout: '3', waiting: true },
    { name: 'web', pid: '7', signum: 'int', graceful_timeout: '3', waiting: true },
  ],
  ['rm', ['web'], { nostop: true }, { name: 'web', nostop: true, waiting: false }],
  ['get', ['web', 'cmd', 'uid'], {}, { name: 'web', keys: ['cmd', 'uid'] }],
]

for (const [command, words, flags, properties] of lines) {
  test(`circusctl ${command} ${words.join(' ')} is understood`, () => {
    assert.deepEqual(findCommand(command)?.properties({ words, flags }), properties)
  })
}

for (const [pairs, message] of [
  [['numprocesses', '3', 'cmd'], 'Invalid number of arguments'],
  [['bogus', '3'], "unknown key 'bogus'"],
  [['numprocesses', 'three'], 'Cannot set numprocesses to "three"'],
  [['respawn', 'maybe'], 'Cannot set respawn to "maybe"'],
  [['env', 'A'], 'Cannot use "A": must be NAME=VALUE'],
] as const) {
  test(`circusctl set web ${pairs.join(' ')} is a mistake: ${message}`, () => {
    const set = findCommand('set')
    assert.throws(() => set?.properties({ words: ['web', ...pairs], flags: {} }), {
      code: 'ERR_USAGE',
      message,
    })
  })
}
