/**
 * The frames of Circus 0.19 on a real circusd: requests with the replies that Circus gives, and the events of a watcher's life.
 * What differs from run to run stands in the tables as a matcher; where we differ by decision, `docs/protocol.md` says why.
 */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { DaemonUnderTest, within } from '../integration/daemon-under-test.ts'
import { FrameClient } from './frame-client.ts'
import {
  aPid,
  aTime,
  anything,
  infoOf,
  listOf,
  matches,
  recordOf,
  type Expected,
} from './matchers.ts'

const INI = `
[circus]
check_delay = 1.0
warmup_delay = 0

[watcher:web]
cmd = sleep 1000
numprocesses = 2
stop_signal = INT

[watcher:sleeper]
cmd = sleep
args = 1000
singleton = True
priority = 5

[watcher:Mixed Case]
cmd = sleep 1000
autostart = False

[socket:web]
host = 127.0.0.1
port = 0

[socket:unixs]
path = u.sock
`

/** A request, and the fields of the reply beside `status`, `time` and `id`. */
interface Row {
  readonly command: string
  readonly properties?: object
  readonly reply: Readonly<Record<string, Expected>>
}

const ok = { status: 'ok', time: aTime }

function refusal(errno: number, reason: string): Row['reply'] {
  return { status: 'error', reason, tb: null, time: aTime, errno }
}

/** In this order, each on what the ones before have left. */
const rows: readonly Row[] = [
  { command: 'list', reply: { ...ok, watchers: ['mixed case', 'sleeper', 'web'] } },
  { command: 'LIST', properties: { name: 'WEB' }, reply: { ...ok, pids: [aPid, aPid] } },
  { command: 'list', properties: { name: 'mixed case' }, reply: { ...ok, pids: [] } },
  { command: 'list', properties: { name: 'nope' }, reply: refusal(3, 'program nope not found') },
  { command: 'status', properties: { name: 'web' }, reply: { status: 'active', time: aTime } },
  {
    command: 'status',
    reply: { ...ok, statuses: { 'Mixed Case': 'stopped', sleeper: 'active', web: 'active' } },
  },
  { command: 'status', properties: { name: 'nope' }, reply: refusal(3, 'program nope not found') },
  { command: 'numwatchers', reply: { ...ok, numwatchers: 3 } },
  { command: 'numprocesses', reply: { ...ok, numprocesses: 3 } },
  {
    command: 'numprocesses',
    properties: { name: 'WEB' },
    reply: { ...ok, numprocesses: 2, watcher_name: 'WEB' },
  },
  {
    command: 'listsockets',
    reply: {
      ...ok,
      sockets: listOf(
        { fd: aPid, name: 'web', backlog: 2048, host: '127.0.0.1', port: aPid },
        { fd: aPid, name: 'unixs', backlog: 2048, path: anything },
      ),
    },
  },
  {
    command: 'globaloptions',
    reply: {
      ...ok,
      options: {
        endpoint: anything,
        stats_endpoint: anything,
        pubsub_endpoint: anything,
        check_delay: 1,
        multicast_endpoint: null,
      },
    },
  },
  {
    command: 'globaloptions',
    properties: { option: 'check_delay' },
    reply: { ...ok, options: { check_delay: 1 } },
  },
  {
    command: 'globaloptions',
    properties: { option: 'nope' },
    reply: refusal(3, "'nope' not an existing option"),
  },
  {
    command: 'options',
    properties: { name: 'sleeper' },
    reply: {
      ...ok,
      options: recordOf({
        args: '1000',
        close_child_stderr: false,
        close_child_stdin: true,
        close_child_stdout: false,
        cmd: 'sleep',
        copy_env: false,
        env: anything,
        executable: null,
        gid: null,
        graceful_timeout: 30,
        max_age: 0,
        max_age_variance: 30,
        max_retry: 5,
        numprocesses: 1,
        on_demand: false,
        priority: 5,
        respawn: true,
        send_hup: false,
        shell: false,
        shell_args: null,
        singleton: true,
        stderr_stream_conf: {},
        stdout_stream_conf: {},
        stop_children: false,
        stop_signal: 15,
        uid: null,
        use_sockets: false,
        warmup_delay: 0,
      }),
    },
  },
  { command: 'options', reply: refusal(3, "message invalid 'name' is missing") },
  { command: 'options', properties: { name: 'x' }, reply: refusal(3, 'program x not found') },
  {
    command: 'stats',
    properties: { name: 'sleeper' },
    reply: { ...ok, name: 'sleeper', info: infoOf(1) },
  },
  {
    command: 'stats',
    reply: { ...ok, infos: { 'Mixed Case': {}, sleeper: infoOf(1), web: infoOf(2) } },
  },
  {
    command: 'stats',
    properties: { name: 'web', process: 99_999_999 },
    reply: refusal(3, "process 99999999 not found in 'web'"),
  },
  { command: 'stats', properties: { name: 'x' }, reply: refusal(3, 'program x not found') },
  { command: 'dstats', reply: { ...ok, info: anything } },
  { command: 'ipython', reply: { ...ok, shell: false, msg: anything } },
  { command: 'listen', reply: refusal(3, 'invalid message. use a pub/sub socket') },
  { command: 'bogus', reply: refusal(2, "unknown command: 'bogus'") },
  {
    command: 'incr',
    properties: { name: 'web', nb: 1, waiting: true },
    reply: { ...ok, numprocesses: 3 },
  },
  {
    command: 'decr',
    properties: { name: 'web', nb: 2, waiting: true },
    reply: { ...ok, numprocesses: 1 },
  },
  { command: 'incr', properties: { name: 'web' }, reply: ok },
  {
    command: 'decr',
    properties: { name: 'sleeper', waiting: true },
    reply: { ...ok, numprocesses: 1, singleton: true },
  },
  { command: 'incr', reply: refusal(3, "message invalid 'name' is missing") },
  {
    command: 'start',
    properties: { name: 'sleeper', waiting: true },
    reply: { ...ok, info: { started: [], kept: [aPid] } },
  },
  {
    command: 'restart',
    properties: { name: 'sleeper', waiting: true },
    reply: { ...ok, info: { stopped: [aPid], started: [aPid], kept: [] } },
  },
  {
    command: 'stop',
    properties: { name: 'sleeper', waiting: true },
    reply: { ...ok, info: null },
  },
  {
    command: 'start',
    properties: { name: 'SLEEPER', waiting: true, match: 'simple' },
    reply: { ...ok, info: { started: [aPid], kept: [] } },
  },
  { command: 'restart', properties: { name: '[sw]*', waiting: true }, reply: ok },
  {
    command: 'stop',
    properties: { name: 'web', match: 'nope' },
    reply: refusal(3, 'unknown match method nope'),
  },
  {
    command: 'reload',
    properties: { name: 'web', sequential: true, waiting: true, graceful: true },
    reply: { ...ok, info: { stopped: [aPid, aPid], started: [aPid, aPid], kept: [] } },
  },
  { command: 'reload', properties: { name: 'x' }, reply: refusal(3, 'program x not found') },
  { command: 'start', properties: { name: 'x*' }, reply: refusal(3, 'program x* not found') },
  {
    command: 'add',
    properties: {
      name: 'job',
      cmd: 'sleep 400',
      start: true,
      waiting: true,
      options: { graceful_timeout: 1.5 },
    },
    reply: { ...ok, started: [aPid], kept: [] },
  },
  {
    command: 'add',
    properties: { name: 'JOB', cmd: 'x' },
    reply: refusal(5, "'JOB' already exist"),
  },
  {
    command: 'add',
    properties: { name: 'y', cmd: 'x', options: { prioritee: 1 } },
    reply: refusal(3, "unknown key 'prioritee'"),
  },
  {
    command: 'get',
    properties: { name: 'web', keys: ['cmd', 'numprocesses', 'stop_signal'] },
    reply: { ...ok, options: { cmd: 'sleep 1000', numprocesses: 2, stop_signal: 2 } },
  },
  {
    command: 'get',
    properties: { name: 'web', keys: ['zzz'] },
    reply: refusal(3, "'zzz' option not found"),
  },
  {
    command: 'kill',
    properties: { name: 'web', signum: 'usr1', graceful_timeout: 0.3, waiting: true },
    reply: ok,
  },
  {
    command: 'kill',
    properties: { name: 'web', signum: '' },
    reply: refusal(3, 'signal invalid'),
  },
  { command: 'reloadconfig', properties: { waiting: true }, reply: ok },
  { command: 'rm', properties: { name: 'job', waiting: true }, reply: ok },
  { command: 'rm', properties: { name: 'nope' }, reply: refusal(3, 'program nope not found') },
  {
    command: 'set',
    properties: { name: 'web', waiting: true, options: { numprocesses: 3 } },
    reply: ok,
  },
  {
    command: 'set',
    properties: { name: 'web', options: { prioritee: 3 } },
    reply: refusal(3, "unknown key 'prioritee'"),
  },
  {
    command: 'signal',
    properties: { name: 'web', signum: 'SIGUSR1', children: true },
    reply: ok,
  },
  {
    command: 'signal',
    properties: { name: 'web' },
    reply: refusal(3, "message invalid 'signum' is missing"),
  },
  { command: 'quit', properties: { waiting: true }, reply: ok },
]
/** All of Circus 0.19. */
const COMMANDS =
  'add decr dstats get globaloptions incr ipython kill list listen listsockets numprocesses numwatchers options ' +
  'quit reload reloadconfig restart rm set signal start stats status stop'

test('every command of Circus has a row', () => {
  const named = new Set(rows.map(({ command }) => command.toLowerCase()))
  named.delete('bogus')
  assert.equal([...named].toSorted().join(' '), COMMANDS)
})

suite('replies', () => {
  let daemon: DaemonUnderTest
  let client: FrameClient
  before(async () => {
    daemon = await DaemonUnderTest.start(INI)
    await daemon.active()
    await daemon.active('sleeper')
    client = new FrameClient(daemon.home)
  })
  after(async () => {
    client.close()
    await daemon[Symbol.asyncDispose]()
  })

  for (const [index, { command, properties = {}, reply }] of rows.entries()) {
    test(`${command} ${JSON.stringify(properties)}`, async () => {
      const id = String(index)
      const frames = await client.ask(JSON.stringify({ id, command, properties }))
      assert.equal(frames.length, 1)
      matches(JSON.parse(String(frames[0])), { ...reply, id })
    })
  }
})

/** What a client sends, as bytes, and the reply; Circus stalls where it says so. */
const frames: readonly [what: string, request: string, reply: Row['reply'] & { id: Expected }][] = [
  ['no JSON', 'not json', { ...refusal(1, 'json invalid'), id: null }],
  ['no id', '{"command":"numwatchers"}', { ...ok, numwatchers: 3, id: null }],
  [
    'an object as id',
    '{"command":"numwatchers","id":{"a":[1]}}',
    { ...ok, numwatchers: 3, id: { a: [1] } },
  ],
  [
    'empty list as properties',
    '{"command":"numwatchers","properties":[],"id":"x"}',
    { ...ok, numwatchers: 3, id: 'x' },
  ],
  [
    'unknown fields',
    '{"command":"NumWatchers","properties":{"what":1},"waiting":true,"id":1}',
    { ...ok, numwatchers: 3, id: 1 },
  ],
  [
    'properties null: errno 5 in Circus',
    '{"command":"list","id":"x","properties":null}',
    { ...refusal(3, "message invalid 'properties' must be an object"), id: 'x' },
  ],
  ['blank: no reply and a stall in Circus', ' ', { ...refusal(1, 'json invalid'), id: null }],
  [
    'no object: no reply and a stall in Circus',
    '[]',
    { ...refusal(3, 'message invalid: must be a JSON object'), id: null },
  ],
  [
    'no command: no reply and a stall in Circus',
    '{"id":7}',
    { ...refusal(3, "message invalid 'command' is missing"), id: 7 },
  ],
]

test('frames as they come', async (t) => {
  await using daemon = await DaemonUnderTest.start(INI)
  using client = new FrameClient(daemon.home)
  for (const [what, request, reply] of frames) {
    await t.test(what, async () => {
      const [frame] = await client.ask(request)
      matches(JSON.parse(String(frame)), reply)
    })
  }
  await t.test('a cast is executed and not answered', async () => {
    client.send('{"command":"start","properties":{"name":"mixed case"},"msg_type":"cast","id":"c"}')
    client.send('{"command":"nope","msg_type":"cast","id":"c"}')
    const [frame] = await client.ask('{"command":"numwatchers","id":"after"}')
    matches(JSON.parse(String(frame)), { ...ok, numwatchers: 3, id: 'after' })
    await daemon.event('watcher.mixed_case.start')
  })
  await t.test('two frames, as of a REQ socket, are dropped', async () => {
    client.send('', '{"command":"numwatchers","id":"dropped"}')
    const [frame] = await client.ask('{"command":"numwatchers","id":"next"}')
    matches(JSON.parse(String(frame)), { ...ok, numwatchers: 3, id: 'next' })
  })
})

const LIFE = `
[watcher:Mixed Case]
cmd = sleep 1000
hooks.before_stop = ./hooks.js:yes
hooks.after_start = ./hooks.js:boo, true

[watcher:a.b]
cmd = sleep 1000

[watcher:fence]
cmd = sleep 1000
`
const HOOKS = `
exports.yes = () => true
exports.boo = () => { throw new Error('boo') }
`

const begun = (name: string): readonly Event[] => [
  [`watcher.${name}.spawn`, { process_pid: aPid, time: aTime }],
  [`watcher.${name}.start`, { time: aTime }],
]
const ended = (name: string, exitCode: number): readonly Event[] => [
  [`watcher.${name}.kill`, { process_pid: aPid, time: aTime }],
  [`watcher.${name}.reap`, { process_pid: aPid, time: aTime, exit_code: exitCode }],
]

type Event = readonly [topic: string, payload: Readonly<Record<string, Expected>>]

/** Commands, and the events that come of each, in their order. */
const life: readonly [command: string, properties: object, events: readonly Event[]][] = [
  ['stop', { name: 'a.b' }, [...ended('a.b', -15), ['watcher.a.b.stop', { time: aTime }]]],
  ['start', { name: 'a.b' }, begun('a.b')],
  [
    'reload',
    { name: 'a.b' },
    [
      ['watcher.a.b.spawn', { process_pid: aPid, time: aTime }],
      ...ended('a.b', -15),
      ['watcher.a.b.reload', { time: aTime }],
    ],
  ],
  ['incr', { name: 'a.b' }, [['watcher.a.b.spawn', { process_pid: aPid, time: aTime }]]],
  ['decr', { name: 'a.b' }, ended('a.b', -15)],
  [
    'stop',
    { name: 'mixed case' },
    [
      ['watcher.mixed_case.hook_success', { name: 'before_stop', time: aTime }],
      ...ended('mixed_case', -15),
      ['watcher.mixed_case.stop', { time: aTime }],
    ],
  ],
  [
    'start',
    { name: 'mixed case' },
    [
      ['watcher.mixed_case.spawn', { process_pid: aPid, time: aTime }],
      ['watcher.mixed_case.hook_failure', { name: 'after_start', time: aTime, error: 'boo' }],
      ['watcher.mixed_case.start', { time: aTime }],
    ],
  ],
]

test('events of the life of watchers', async (t) => {
  await using daemon = await DaemonUnderTest.start(LIFE, { 'hooks.js': HOOKS })
  await daemon.active('a.b')
  await daemon.active('Mixed Case')
  await daemon.active('fence')
  using client = new FrameClient(daemon.home)
  await client.subscribe('watcher.', async () => {
    const { info } = await daemon.call('restart', { name: 'fence', waiting: true })
    return (info as { readonly started: readonly [number] }).started[0]
  })
  for (const [command, properties, events] of life) {
    await t.test(`${command} ${JSON.stringify(properties)}`, async () => {
      const reply = await daemon.call(command, { ...properties, waiting: true })
      assert.equal(reply['status'], 'ok', String(reply['reason']))
      for (const [topic, payload] of events) {
        const event = await within(client.event(), `${command}: ${topic}`)
        assert.equal(event.length, 2)
        assert.equal(String(event[0]), topic)
        matchesEvent(String(event[1]), payload)
      }
    })
  }
  await t.test('a process that exits by itself', async () => {
    const [pid = 0] = await daemon.pids('a.b')
    process.kill(pid, 'SIGKILL')
    for (const [topic, payload] of [
      ['watcher.a.b.reap', { process_pid: pid, time: aTime, exit_code: -9 }],
      ['watcher.a.b.spawn', { process_pid: aPid, time: aTime }],
    ] as const) {
      const event = await within(client.event(), topic)
      assert.equal(String(event[0]), topic)
      matchesEvent(String(event[1]), payload)
    }
  })
})

/** Ours adds `seq`, by which a subscriber sees what it has missed. */
function matchesEvent(text: string, payload: Parameters<typeof matches>[1]): void {
  const { seq, ...event } = JSON.parse(text) as Record<string, unknown>
  assert.equal(typeof seq, 'number')
  matches(event, payload)
}
