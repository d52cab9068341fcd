import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ArbiterEvent } from '../../../supervisor/dist/core/event.js'
import type { JobResult } from '../../../supervisor/dist/core/job.js'
import { findCommand } from '../../../supervisor/dist/protocol/command-table.js'
import type { Beginning, Operation } from '../../../supervisor/dist/protocol/command.js'
import { MAX_NUMPROCESSES } from '../../../supervisor/dist/protocol/resize.js'
import { arbiterWith, sampleView, watcher } from './hand-made-view.ts'

type Properties = Record<string, unknown>

function operation(command: string): Operation {
  const found = findCommand(command)
  assert.equal(found?.kind, 'operation')
  return found
}

function begin(command: string, properties: Properties, view = sampleView): Beginning {
  return operation(command).begin(properties, '1', view)
}

function bulk(kind: 'start' | 'stop' | 'restart' | 'reload', ...watchers: string[]): ArbiterEvent {
  const command = {
    kind,
    job: '1',
    watchers,
    warmupDelayMs: 250,
    sequential: false,
    isExplicit: false,
  }
  return { type: 'bulk', command }
}

function onWeb(kind: 'start' | 'stop' | 'restart'): ArbiterEvent {
  return { type: 'command', watcher: 'web', command: { kind, job: '1' } }
}

function reloadWeb(sequential: boolean): ArbiterEvent {
  return { type: 'command', watcher: 'web', command: { kind: 'reload', job: '1', sequential } }
}

function resizeWeb(by: number): ArbiterEvent {
  return { type: 'command', watcher: 'web', command: { kind: 'resize', job: '1', change: { by } } }
}

const events: readonly [command: string, properties: Properties, event: ArbiterEvent][] = [
  // One match is a command on that watcher.
  ['start', { name: 'WEB' }, onWeb('start')],
  ['stop', { name: 'web' }, onWeb('stop')],
  ['restart', { name: 'w?b' }, onWeb('restart')],
  ['stop', { name: 'web', match: 'simple' }, onWeb('stop')],
  ['stop', { name: 'W.B$', match: 'regex' }, onWeb('stop')],
  [
    'start',
    { name: 'by-hand' },
    { type: 'command', watcher: 'by-hand', command: { kind: 'start', job: '1' } },
  ],
  // Several are a bulk, which starts only what starts with the daemon.
  ['start', { name: '*' }, bulk('start', 'web', 'Mixed Case', 'sleeper')],
  ['restart', { name: '[sw]*' }, bulk('restart', 'web', 'sleeper')],
  ['stop', { name: '*' }, bulk('stop', 'web', 'Mixed Case', 'sleeper', 'by-hand')],
  ['stop', { name: '.*e', match: 'regex' }, bulk('stop', 'web', 'Mixed Case', 'sleeper')],
  ['start', {}, bulk('start', 'web', 'Mixed Case', 'sleeper')],
  ['restart', {}, { type: 'renew', job: '1' }],
  ['stop', {}, bulk('stop', 'web', 'Mixed Case', 'sleeper', 'by-hand')],
  // Reload takes whole names only.
  ['reload', { name: 'Web' }, reloadWeb(false)],
  ['reload', { name: 'web', graceful: true, sequential: true }, reloadWeb(true)],
  ['reload', { name: 'web', graceful: false, sequential: true }, onWeb('restart')],
  // Without a name, what is stopped stays stopped: here we differ from Circus.
  ['reload', {}, bulk('reload', 'web', 'sleeper')],
  ['reload', { graceful: false }, bulk('restart', 'web', 'sleeper')],
  ['incr', { name: 'web' }, resizeWeb(1)],
  ['incr', { name: 'web', nb: 5 }, resizeWeb(5)],
  ['incr', { name: 'web', nb: -1 }, resizeWeb(-1)],
  ['decr', { name: 'web' }, resizeWeb(-1)],
  ['decr', { name: 'web', nb: 9 }, resizeWeb(-9)],
  ['decr', { name: 'web', nb: -2 }, resizeWeb(2)],
  ['quit', {}, { type: 'quit', job: '1' }],
]

for (const [command, properties, event] of events) {
  test(`${command} ${JSON.stringify(properties)} becomes its event`, () => {
    assert.deepEqual(begin(command, properties), { waiting: false, event })
  })
}

test('sequential reaches every watcher of a nameless reload', () => {
  const { event } = begin('reload', { sequential: true })
  assert.equal(event.type === 'bulk' && event.command.sequential, true)
})

test('a nameless command on the only watcher is still one on all watchers', () => {
  const view = { ...sampleView, arbiter: arbiterWith(watcher({ name: 'web', pids: [1] })) }
  assert.deepEqual(begin('stop', {}, view).event, bulk('stop', 'web'))
})

for (const command of ['start', 'stop', 'restart', 'reload', 'incr', 'decr', 'quit']) {
  test(`${command} waits when the properties say so`, () => {
    const nameless = command === 'quit'
    const properties = nameless ? { waiting: true } : { name: 'web', waiting: true }
    assert.equal(begin(command, properties).waiting, true)
    assert.equal(begin(command, { ...properties, waiting: false }).waiting, false)
  })
}

const refused: readonly [command: string, properties: Properties, errno: number, reason: string][] =
  [
    ['start', { name: 'nope' }, 3, 'program nope not found'],
    ['stop', { name: 'No*' }, 3, 'program No* not found'],
    ['stop', { name: 'w*', match: 'simple' }, 3, 'program w* not found'],
    ['reload', { name: 'w*' }, 3, 'program w* not found'],
    ['stop', { name: 'web', match: 'fuzzy' }, 3, 'unknown match method fuzzy'],
    ['stop', { name: '(', match: 'regex' }, 5, "invalid regex '(': missing ) at position 1"],
    ['stop', { name: null }, 3, "message invalid 'name' must be a string"],
    ['stop', { name: 'web', waiting: 'yes' }, 3, "message invalid 'waiting' must be true or false"],
    ['incr', {}, 3, "message invalid 'name' is missing"],
    ['incr', { name: 'nope' }, 3, 'program nope not found'],
    ['incr', { name: 'web', nb: '1' }, 3, "message invalid 'nb' must be an integer"],
    ['incr', { name: 'web', nb: 1.5 }, 3, "message invalid 'nb' must be an integer"],
    [
      'incr',
      { name: 'web', nb: MAX_NUMPROCESSES },
      3,
      "message invalid 'nb': 10002 processes are more than 10000",
    ],
  ]

for (const [command, properties, errno, message] of refused) {
  test(`${command} ${JSON.stringify(properties)} is refused: ${message}`, () => {
    assert.throws(() => begin(command, properties), { code: 'ERR_REQUEST', errno, message })
  })
}

for (const command of ['incr', 'decr']) {
  test(`${command} leaves a singleton alone and says so at once`, () => {
    assert.deepEqual(begin(command, { name: 'sleeper' }).event, {
      type: 'settled',
      reply: { numprocesses: 1, singleton: true },
    })
  })
}

/** What a client that waited gets beside `status`, `time` and `id`. */
const replies: readonly [
  command: string,
  properties: Properties,
  result: JobResult,
  reply: object,
][] = [
  [
    'start',
    { name: 'web' },
    { started: [], kept: [12496] },
    { info: { started: [], kept: [12496] } },
  ],
  ['stop', { name: 'web' }, {}, { info: null }],
  [
    'restart',
    { name: 'web' },
    { stopped: [12496], started: [12497], kept: [] },
    { info: { stopped: [12496], started: [12497], kept: [] } },
  ],
  [
    'reload',
    { name: 'web' },
    { stopped: [12506], started: [12508], kept: [] },
    { info: { stopped: [12506], started: [12508], kept: [] } },
  ],
  ['incr', { name: 'web' }, { numprocesses: 4 }, { numprocesses: 4 }],
  ['decr', { name: 'web' }, { numprocesses: 2 }, { numprocesses: 2 }],
  ['start', { name: '*' }, {}, {}],
  ['stop', { name: '*' }, {}, {}],
  ['restart', {}, {}, {}],
  ['reload', {}, {}, {}],
  ['quit', {}, {}, {}],
]

for (const [command, properties, result, reply] of replies) {
  test(`${command} ${JSON.stringify(properties)} replies ${JSON.stringify(reply)}`, () => {
    const { event } = begin(command, properties)
    assert.notEqual(event.type, 'settled')
    assert.deepEqual(operation(command).reply(result, event as ArbiterEvent), reply)
  })
}
