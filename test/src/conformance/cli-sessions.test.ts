import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { knownCommands } from '../../../supervisor/dist/cli/circusctl/known-commands.js'
import { bindPublisher, bindRouter } from '../../../supervisor/dist/net/zmq.js'
import { circusctl, PROGRAM } from '../control/circusctl-process.ts'
import { within } from '../integration/daemon-under-test.ts'
import { temporaryDirectory } from '../os/temporary-directory.ts'

/** What a session of circusctl 0.19 with circusd 0.19 looks like. */
interface Session {
  readonly args: readonly string[]
  /** The request that goes out, without its id; null if none does. */
  readonly request: { readonly command: string; readonly properties: object } | null
  /** The reply that comes back, without its id. */
  readonly reply?: Readonly<Record<string, unknown>>
  readonly stdout?: readonly string[]
  readonly stderr?: readonly string[]
  readonly code?: number
  /** What Circus does, if it is something else on purpose. Listed in docs/circusctl.md. */
  readonly circus?: string
}

function info(pid: number, cmdline: string, rest: object): Readonly<Record<string, unknown>> {
  const sizes = { mem_info1: '1.52M', mem_info2: '2.44M', cpu: 0, mem: 0.006, ctime: '0:00.0' }
  return { ...sizes, pid, cmdline, username: 'root', nice: 0, age: 1, children: [], ...rest }
}

const sessions: readonly Session[] = [
  {
    args: ['status'],
    request: { command: 'status', properties: {} },
    reply: {
      status: 'ok',
      statuses: {
        web: 'active',
        sleeper: 'active',
        'circusd-stats': 'active',
        'Mixed Case': 'active',
      },
    },
    stdout: ['Mixed Case: active', 'circusd-stats: active', 'sleeper: active', 'web: active'],
  },
  {
    args: ['status', 'web'],
    request: { command: 'status', properties: { name: 'web' } },
    reply: { status: 'active' },
    stdout: ['active'],
  },
  {
    args: ['status', 'nope'],
    request: { command: 'status', properties: { name: 'nope' } },
    reply: { status: 'error', reason: 'program nope not found', tb: null, errno: 3 },
    stderr: ['error: program nope not found'],
    code: 3,
    circus: 'prints only "error"',
  },
  {
    args: ['list'],
    request: { command: 'list', properties: {} },
    reply: { status: 'ok', watchers: ['circusd-stats', 'ig', 'mixed case', 'sleeper', 'web'] },
    stdout: ['circusd-stats,ig,mixed case,sleeper,web'],
  },
  {
    args: ['list', 'web'],
    request: { command: 'list', properties: { name: 'web' } },
    reply: { status: 'ok', pids: [12514, 12515] },
    stdout: ['12514,12515'],
  },
  {
    args: ['list'],
    request: { command: 'list', properties: {} },
    reply: { status: 'ok', watchers: [] },
    stdout: [''],
  },
  {
    args: ['listsockets'],
    request: { command: 'listsockets', properties: {} },
    reply: {
      status: 'ok',
      sockets: [
        { fd: 7, name: 'unixs', backlog: 2048, path: 'run/u.sock' },
        { fd: 8, name: 'web', backlog: 2048, host: '127.0.0.1', port: 18888 },
      ],
    },
    stdout: ["7:socket 'unixs' at run/u.sock", "8:socket 'web' at 127.0.0.1:18888"],
  },
  {
    args: ['globaloptions', 'endpoint'],
    request: { command: 'globaloptions', properties: { option: 'endpoint' } },
    reply: { status: 'ok', options: { endpoint: 'tcp://127.0.0.1:5555' } },
    stdout: ['endpoint: tcp://127.0.0.1:5555'],
  },
  {
    args: ['options', 'sleeper'],
    request: { command: 'options', properties: { name: 'sleeper' } },
    reply: {
      status: 'ok',
      options: {
        uid: null,
        stop_signal: 15,
        stop_children: false,
        stdout_stream_conf: {},
        env: { B: '2', A: '1' },
        args: '1000',
        __name__: 'watcher:sleeper',
      },
    },
    stdout: [
      '__name__: watcher:sleeper',
      'args: 1000',
      'env: A=1,B=2',
      'stdout_stream_conf: {}',
      'stop_children: False',
      'stop_signal: 15',
      'uid: ',
    ],
  },
  {
    args: ['numprocesses', 'web'],
    request: { command: 'numprocesses', properties: { name: 'web' } },
    reply: { status: 'ok', numprocesses: 2, watcher_name: 'web' },
    stdout: ['2'],
  },
  {
    args: ['numwatchers'],
    request: { command: 'numwatchers', properties: {} },
    reply: { status: 'ok', numwatchers: 4 },
    stdout: ['4'],
  },
  {
    args: ['incr', '--waiting', 'web'],
    request: { command: 'incr', properties: { name: 'web', nb: 1, waiting: true } },
    reply: { status: 'ok', numprocesses: 4 },
    stdout: ['4'],
  },
  {
    args: ['decr', 'sleeper', '2'],
    request: { command: 'decr', properties: { name: 'sleeper', nb: 2, waiting: false } },
    reply: { status: 'ok', numprocesses: 1, singleton: true },
    stdout: ['This watcher is a Singleton - not changing the number of processes'],
  },
  ...['start', 'stop', 'restart'].map((command) => ({
    args: [command, 'web', '--match', 'regex'],
    request: { command, properties: { name: 'web', match: 'regex', waiting: false } },
    reply: { status: 'ok' },
    stdout: ['ok'],
  })),
  {
    args: ['reload', 'web', '--terminate', '--sequential', '--no-waiting'],
    request: {
      command: 'reload',
      properties: { name: 'web', graceful: false, sequential: true, waiting: false },
    },
    reply: { status: 'ok' },
    stdout: ['ok'],
    circus: 'has no --no-waiting and never waits without --waiting',
  },
  {
    args: ['quit', '--waiting'],
    request: { command: 'quit', properties: { waiting: true } },
    reply: { status: 'ok' },
    stdout: ['ok'],
  },
  {
    args: ['stats', 'web', '10144'],
    request: { command: 'stats', properties: { name: 'web', process: 10144 } },
    reply: {
      status: 'ok',
      process: 10144,
      info: info(10144, 'sh', {
        mem_info1: '1.58M',
        mem_info2: '2.53M',
        mem: 0.007,
        children: [info(10145, 'sleep', {})],
      }),
    },
    stdout: [
      '10144: 10144  sh root 0 1.58M 2.53M 0.0 0.007 0:00.0',
      '   10145  sleep root 0 1.52M 2.44M 0.0 0.006 0:00.0',
      '',
    ],
  },
  {
    args: ['dstats'],
    request: { command: 'dstats', properties: {} },
    reply: { status: 'ok', info: info(11342, 'python3', {}) },
    stdout: ['Main Process:', '    11342  python3 root 0 1.52M 2.44M 0.0 0.006 0:00.0', ''],
  },
  {
    args: ['rm', 'nope'],
    request: { command: 'rm', properties: { name: 'nope', nostop: false, waiting: false } },
    reply: { status: 'error', reason: 'program nope not found', tb: null, errno: 3 },
    stderr: ['error: program nope not found'],
    code: 3,
    circus: 'drops --nostop and --waiting',
  },
  {
    args: ['--json', 'status', 'nope'],
    request: { command: 'status', properties: { name: 'nope' } },
    reply: { status: 'error', reason: 'program nope not found', tb: null, time: 1.5, errno: 3 },
    stdout: [
      '{"status":"error","reason":"program nope not found","tb":null,"time":1.5,"errno":3,"id":"1"}',
    ],
    code: 3,
    circus: 'exits with 0, and puts blanks behind colons and commas',
  },
  {
    args: ['incr'],
    request: null,
    stderr: [
      'usage: circusctl incr NAME [NB] [--waiting]',
      'circusctl: error: Cannot run incr: NAME is missing',
    ],
    code: 2,
    circus: 'exits with 1 and prints "Invalid number of arguments"',
  },
  {
    args: ['list', '--json'],
    request: null,
    stderr: [
      'usage: circusctl list [NAME]',
      'circusctl: error: Cannot find option "--json" of list: it belongs before the command, circusctl --json list',
    ],
    code: 2,
  },
  {
    args: ['--timeout', 'soon', 'list'],
    request: null,
    stderr: [
      'usage: circusctl [options] command [args]',
      'circusctl: error: Cannot use "soon" as --timeout: must be seconds above 0',
    ],
    code: 2,
  },
]

/** A daemon that gives one reply to everybody and keeps the requests. */
async function scriptedDaemon(
  t: TestContext,
  reply: object,
): Promise<{ readonly endpoint: string; readonly requests: unknown[] }> {
  const router = await bindRouter(`ipc://${join(temporaryDirectory(t), 'control')}`)
  t.after(() => router.close())
  const requests: unknown[] = []
  const answer = async (): Promise<void> => {
    for await (const [identity, frame] of router) {
      if (identity === undefined) continue
      const { id, ...request } = JSON.parse(new TextDecoder().decode(frame))
      requests.push(request)
      router.send([identity, JSON.stringify({ ...reply, id })])
    }
  }
  void answer()
  return { endpoint: router.endpoint, requests }
}

const commands = new Set(knownCommands().map(({ name }): string => name))

for (const { args, request, reply, stdout = [], stderr = [], code = 0, circus } of sessions) {
  const isThere = request === null || commands.has(request.command)
  const skip = isThere ? false : 'the command is not in the table yet'
  const difference = circus === undefined ? '' : ` (Circus ${circus})`
  test(`$ circusctl ${args.join(' ')}${difference}`, { skip }, async (t) => {
    const { endpoint, requests } = await scriptedDaemon(t, reply ?? {})
    const outcome = await circusctl(['--endpoint', endpoint, ...args])
    assert.deepEqual(outcome, { code, stdout: lines(stdout), stderr: lines(stderr) })
    assert.deepEqual(requests, request === null ? [] : [request])
  })
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('')
}

test('$ circusctl --endpoint EVENTS listen watcher.web. (until it is interrupted)', async (t) => {
  const publisher = await bindPublisher(`ipc://${join(temporaryDirectory(t), 'events')}`, 'events')
  t.after(() => publisher.close())
  const args = ['--endpoint', publisher.endpoint, 'listen', 'watcher.web.']
  const child = spawn(PROGRAM, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  // Nobody tells when a subscriber is there: events are sent until one arrives.
  const again = setInterval(() => {
    publisher.send(['watcher.api.spawn', '{}'])
    publisher.send(['watcher.web.spawn', '{"process_pid": 24437, "time": 1795225447.1671505}'])
  }, 20)
  t.after(() => clearInterval(again))
  const [chunk]: unknown[] = await within(once(child.stdout, 'data'), 'an event')
  const [line] = String(chunk).split('\n')
  const expected = `b'watcher.web.spawn': b'{"process_pid": 24437, "time": 1795225447.1671505}'`
  assert.equal(line, expected)
  child.kill('SIGINT')
  const [code]: unknown[] = await within(ended, 'the end of circusctl')
  assert.equal(code, 0)
})

test('the bash function of Circus gets the commands that begin as the word: st', async () => {
  const environment = { AUTO_COMPLETE: '1', COMP_WORDS: 'circusctl st', COMP_CWORD: '1' }
  const { code, stdout } = await circusctl([], environment)
  assert.equal(code, 1)
  const wanted = ['start', 'stats', 'status', 'stop'].filter((name) => commands.has(name))
  assert.equal(stdout, `${wanted.join(' ')}\n`)
})
