import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  allWatchersStep,
  watcherStep,
} from '../../../supervisor/dist/cli/circusctl/describe-step.js'
import { eventText } from '../../../supervisor/dist/cli/circusctl/event-text.js'
import { outputStyle } from '../../../supervisor/dist/cli/circusctl/output-style.js'
import { tableText } from '../../../supervisor/dist/cli/circusctl/table-text.js'
import { temporaryDirectory } from '../os/temporary-directory.ts'
import { circusctl } from './circusctl-process.ts'
import { jobOf, startFakeDaemon } from './fake-daemon.ts'

const styles: readonly [
  environment: Record<string, string>,
  isTerminal: boolean,
  layout: 'circus' | 'table',
  isColored: boolean,
][] = [
  [{}, false, 'circus', false],
  [{ TERM: 'xterm' }, true, 'table', true],
  [{ NO_COLOR: '1' }, true, 'table', false],
  [{ NO_COLOR: '' }, true, 'table', true],
  [{ TERM: 'dumb' }, true, 'table', false],
  [{ FORCE_COLOR: '1' }, false, 'table', true],
  [{ FORCE_COLOR: '0' }, true, 'table', false],
  [{ FORCE_COLOR: '' }, false, 'circus', false],
]

for (const [environment, isTerminal, layout, isColored] of styles) {
  test(`${JSON.stringify(environment)}, terminal ${isTerminal}: ${layout}, colour ${isColored}`, () => {
    const screen = { isStdoutTerminal: isTerminal, isStderrTerminal: isTerminal, columns: 80 }
    const style = outputStyle(environment, screen)
    assert.deepEqual([style.layout, style.isColored], [layout, isColored])
  })
}

test('a live line needs a terminal on standard error that is not dumb', () => {
  const isLive = (isStderrTerminal: boolean, TERM: string): boolean =>
    outputStyle({ TERM }, { isStdoutTerminal: false, isStderrTerminal, columns: undefined }).isLive
  assert.deepEqual(
    [isLive(true, 'xterm'), isLive(false, 'xterm'), isLive(true, 'dumb')],
    [true, false, false],
  )
})

const plain = { layout: 'table', isColored: false, isLive: false, columns: 80 } as const

const tables: readonly [command: string, reply: Record<string, unknown>, lines: string[]][] = [
  [
    'status',
    { status: 'ok', statuses: { web: 'active', 'Mixed Case': 'stopped' } },
    ['WATCHER     STATE', 'Mixed Case  stopped', 'web         active'],
  ],
  ['list', { watchers: ['mixed case', 'web'] }, ['mixed case', 'web']],
  [
    'listsockets',
    { sockets: [{ fd: 8, name: 'web', backlog: 2048, host: '127.0.0.1', port: 18888 }] },
    ['FD  SOCKET  ADDRESS          BACKLOG', ' 8  web     127.0.0.1:18888     2048'],
  ],
  [
    'options',
    { options: { uid: null, env: { B: '2', A: '1' }, respawn: true } },
    ['OPTION   VALUE', 'env.A    1', 'env.B    2', 'respawn  True', 'uid      '],
  ],
  [
    'stats',
    {
      name: 'web',
      info: {
        7: {
          pid: 7,
          cmdline: 'sh',
          username: 'root',
          nice: 0,
          mem_info1: '1.58M',
          mem_info2: '2.53M',
          cpu: 0.5,
          mem: 0.007,
          ctime: '0:00.0',
          children: [],
        },
      },
    },
    [
      'WATCHER  PID  COMMAND  USER  NICE    RSS  VIRTUAL  CPU %  MEM %    TIME',
      'web        7  sh       root     0  1.58M    2.53M    0.5  0.007  0:00.0',
    ],
  ],
]

for (const [command, reply, lines] of tables) {
  test(`${command} on a terminal is a table`, () => {
    assert.equal(tableText(command, reply, plain), lines.join('\n'))
  })
}

test('states have colours', () => {
  const text = tableText('status', { statuses: { web: 'active' } }, { ...plain, isColored: true })
  assert.ok(text?.endsWith('web      \u001B[32mactive\u001B[0m'))
})

test('a reply that is nothing like the expected one makes no table, and is not thrown at', () => {
  for (const command of ['status', 'list', 'listsockets', 'options', 'stats', 'dstats', 'stop']) {
    for (const reply of [{}, { statuses: 1, sockets: 2, options: [], infos: 3, info: 'x' }]) {
      assert.equal(tableText(command, reply, plain), undefined)
    }
  }
})

test('an event: byte strings of Python in a pipe, JSON with --json', () => {
  const topic = Buffer.from('watcher.café.spawn')
  const payload = Buffer.from('{"process_pid": 24437, "time": 1.5, "note": "it\'s"}')
  const text = (format: 'text' | 'json'): string =>
    eventText(topic, payload, { format, layout: 'circus' })
  assert.equal(
    text('text'),
    `b'watcher.caf\\xc3\\xa9.spawn': b'{"process_pid": 24437, "time": 1.5, "note": "it\\'s"}'`,
  )
  assert.deepEqual(JSON.parse(text('json')), {
    topic: 'watcher.café.spawn',
    process_pid: 24437,
    time: 1.5,
    note: "it's",
  })
})

test('an event on a terminal: time of day, topic, fields', () => {
  const payload = Buffer.from('{"process_pid": 7, "time": 1795225447.5}')
  const text = eventText(Buffer.from('watcher.web.spawn'), payload, {
    format: 'text',
    layout: 'table',
  })
  assert.match(text, /^\d\d:\d\d:07\.500 {2}watcher\.web\.spawn {2}process_pid=7$/)
})

test('steps of a command on one watcher and on all', () => {
  const facts = { name: 'web', status: 'active', idle: 5, wanted: 8, numprocesses: 10 }
  assert.equal(watcherStep(facts), 'web: slots ready 3/8, 2 being replaced or drained')
  const whole = { ...facts, idle: 0, numprocesses: 8 }
  assert.equal(watcherStep(whole), 'web: slots ready 8/8')
  assert.equal(
    watcherStep({ ...facts, status: 'stopping', numprocesses: 1 }),
    'web: stopping, 1 process left',
  )
  assert.equal(
    allWatchersStep({ a: 'active', b: 'stopping', c: 'active' }),
    '3 watchers: 2 active, 1 stopping',
  )
})

test('a command that takes long tells its steps on standard error, the result on standard output', async (t) => {
  const daemon = await startFakeDaemon(t)
  let job = ''
  daemon.onPost = (event) => (job = jobOf(event))
  // The first question about the progress needs three answers; then the job may end.
  daemon.onView = (calls) => {
    if (calls > 4) daemon.controller.jobEnded(job, { ok: true, result: {} })
  }
  const outcome = await circusctl(['--endpoint', daemon.endpoint, 'restart', '--waiting', 'web'])
  assert.deepEqual(outcome, { code: 0, stdout: 'ok\n', stderr: 'web: active, 2 processes\n' })
})

/** Listens like somebody who is no circusd. @param says To everybody who connects. */
async function startStranger(t: TestContext, says: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    if (says !== '') socket.write(says)
  })
  const path = join(temporaryDirectory(t), 'stranger')
  server.listen(path)
  await once(server, 'listening')
  t.after(() => server.close())
  return `ipc://${path}`
}

async function timeOut(endpoint: string, ...args: readonly string[]): Promise<string> {
  const { code, stderr } = await circusctl(['--endpoint', endpoint, '--timeout', '0.05', ...args])
  assert.equal(code, 1)
  return stderr
}

test('after a time-out: somebody else listens there', async (t) => {
  const endpoint = await startStranger(t, 'HTTP/1.1 400 Bad Request\r\n\r\n')
  assert.match(await timeOut(endpoint, 'list'), /that does not speak ZeroMQ: check --endpoint\n$/)
})

test('after a time-out: somebody accepts and says nothing, as a stopped circusd does', async (t) => {
  const endpoint = await startStranger(t, '')
  assert.match(await timeOut(endpoint, 'list'), /accepts connections .* and says nothing/)
})

test('after a time-out that was asked for: circusd answers, and goes on', async (t) => {
  const { endpoint } = await startFakeDaemon(t)
  const stderr = await timeOut(endpoint, 'stop', '--waiting', 'web')
  assert.match(
    stderr,
    /^Timed out\.\ncircusd answers at .*, but has not ended stop within 0\.05 s: it goes on/,
  )
})
