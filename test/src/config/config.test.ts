import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfig } from '../../../supervisor/dist/config/config.js'
import type { WatcherOptions } from '../../../supervisor/dist/config/options.js'
import type { WatcherPolicy } from '../../../supervisor/dist/core/policy.js'
import { configOf, context, problemsOf, watcherOf } from './parse-text.ts'

test('config: an empty file is a configuration of nothing', () => {
  const config = configOf('')
  assert.deepEqual(config.watchers, [])
  assert.deepEqual(config.sockets, [])
  assert.deepEqual(config.circus, {
    checkDelayMs: 5000,
    endpoint: null,
    pubsubEndpoint: null,
    statsEndpoint: null,
    warmupDelayMs: 0,
    umask: null,
    pidfile: null,
    loglevel: 'info',
    logoutput: '-',
    debug: false,
    include: [],
    includeDir: [],
  })
})

test('config: a watcher of one line has the defaults', () => {
  const watcher = watcherOf('cmd = sleep 10', '', { environment: {} })
  assert.deepEqual(watcher, {
    name: 'web',
    cmd: 'sleep 10',
    args: '',
    numprocesses: 1,
    singleton: false,
    warmupDelayMs: 0,
    autostart: true,
    respawn: true,
    maxRetry: 5,
    backoff: { minMs: 1000, maxMs: 60_000 },
    gracefulTimeoutMs: 30_000,
    stopSignal: 15,
    stopChildren: false,
    sendHup: false,
    priority: 0,
    ready: { kind: 'auto' },
    readyTimeoutMs: 60_000,
    reloadBatch: 1,
    maxSurge: null,
    workingDir: null,
    copyEnv: false,
    useSockets: false,
    listenPid: 'auto',
    closeChildStdin: true,
    closeChildStdout: false,
    closeChildStderr: false,
    stdoutStream: null,
    stderrStream: null,
    env: {},
    sockets: [],
    hasSockets: false,
    extra: {},
    source: { file: 'a.ini', line: 1 },
  })
  // The state machines take it as it is.
  const policy: WatcherPolicy = watcher
  assert.equal(policy.hasSockets, false)
})

test('config: a socket of one line has the defaults', () => {
  assert.deepEqual(configOf('[socket:Web]\nport = 80').sockets, [
    {
      name: 'web',
      host: 'localhost',
      port: 80,
      family: 'AF_INET',
      type: 'SOCK_STREAM',
      path: null,
      umask: null,
      replace: false,
      backlog: 2048,
      blocking: false,
      source: { file: 'a.ini', line: 1 },
    },
  ])
})

const watcherValues: [line: string, field: keyof WatcherOptions, value: unknown][] = [
  ['args = -v', 'args', '-v'],
  ['numprocesses = 0', 'numprocesses', 0],
  ['singleton = yes', 'singleton', true],
  ['warmup_delay = 0.5', 'warmupDelayMs', 500],
  ['autostart = no', 'autostart', false],
  ['respawn = off', 'respawn', false],
  ['max_retry = -1', 'maxRetry', -1],
  ['backoff = 2s..8s', 'backoff', { minMs: 2000, maxMs: 8000 }],
  ['graceful_timeout = 0', 'gracefulTimeoutMs', 0],
  ['stop_signal = QUIT', 'stopSignal', 3],
  ['stop_children = 1', 'stopChildren', true],
  ['send_hup = on', 'sendHup', true],
  ['priority = -5', 'priority', -5],
  ['ready = delay:3', 'ready', { kind: 'delay', delayMs: 3000 }],
  ['ready_timeout = 5', 'readyTimeoutMs', 5000],
  ['reload_batch = 3', 'reloadBatch', 3],
  ['max_surge = 2', 'maxSurge', 2],
  ['working_dir = $(circus.config_dir)/app', 'workingDir', '/etc/app/app'],
  ['working_dir =', 'workingDir', null],
  ['copy_env = true', 'copyEnv', true],
  ['listen_pid = no', 'listenPid', false],
  ['close_child_stdin = false', 'closeChildStdin', false],
  ['close_child_stdout = true', 'closeChildStdout', true],
  ['close_child_stderr = true', 'closeChildStderr', true],
  ['name = other', 'name', 'other'],
  ['name = $(circus.env.HOME)', 'name', '$(circus.env.HOME)'],
  ['flapping.window = 1 ; x', 'extra', { 'flapping.window': '1' }],
  ['flapping.file = $(circus.env.HOME)', 'extra', { 'flapping.file': '/home/u' }],
]

for (const [line, field, value] of watcherValues) {
  test(`config: "${line}" of a watcher`, () => {
    assert.deepEqual(watcherOf(`cmd = x\n${line}`)[field], value)
  })
}

test("config: references to circusd's environment are replaced everywhere", () => {
  const { circus, sockets } = configOf(
    '[env]\nPORT = 81\n[circus]\npidfile = ((circus.env.home))/pid\n[socket:a]\nport = $(circus.env.PORT)\nhost = $(circus.env.NOPE)',
  )
  assert.equal(circus.pidfile, '/home/u/pid')
  assert.equal(sockets[0]?.port, 81)
  assert.equal(sockets[0]?.host, '$(circus.env.NOPE)')
})

test('config: a path makes a unix socket, with an octal umask', () => {
  const [socket] = configOf('[socket:a]\npath = $(circus.config_dir)/s\numask = 022').sockets
  assert.deepEqual([socket?.family, socket?.path, socket?.umask], ['AF_UNIX', '/etc/app/s', 0o22])
})

test('config: watchers and sockets are sorted by code points', () => {
  const names = ['b', 'a', 'B', 'a b', '\u{1F600}', '\uFF5E']
  const text = names.map((name) => `[watcher:${name === 'B' ? 'C' : name}]\ncmd = x`).join('\n')
  assert.deepEqual(
    configOf(text).watchers.map(({ name }) => name),
    ['C', 'a', 'a b', 'b', '\uFF5E', '\u{1F600}'],
  )
  assert.deepEqual(
    configOf('[socket:b]\nport = 1\n[socket:A]\nport = 2').sockets.map(({ name }) => name),
    ['a', 'b'],
  )
})

test('config: a watcher name may hold colons, dots and blanks', () => {
  const { watchers } = configOf('[watcher: a b:c.d ]\ncmd = x')
  assert.deepEqual(watchers[0]?.name, 'a b:c.d')
})

test('config: [DEFAULT] is inherited by the sections that have such an option', () => {
  const { circus, watchers, sockets } = configOf(
    '[DEFAULT]\nnumprocesses = 2\nwarmup_delay = 1\nbacklog = 7\nflapping.window = 3\n' +
      '[watcher:a]\ncmd = x\n[watcher:b]\ncmd = x\nnumprocesses = 3\n[socket:s]\nport = 1',
  )
  assert.deepEqual(
    watchers.map(({ numprocesses }) => numprocesses),
    [2, 3],
  )
  assert.deepEqual([circus.warmupDelayMs, watchers[0]?.warmupDelayMs], [1000, 1000])
  assert.deepEqual(watchers[0]?.extra, { 'flapping.window': '3' })
  assert.equal(sockets[0]?.backlog, 7)
})

test('config: [DEFAULT] makes a watcher of an empty section', () => {
  assert.equal(configOf('[DEFAULT]\ncmd = x\n[watcher:a]').watchers.length, 1)
})

test('config: the main file overrides included ones, and sections grow together', () => {
  const { config, problems } = parseConfig(
    [
      { path: 'main.ini', text: '[watcher:a]\ncmd = x\nnumprocesses = 2' },
      {
        path: 'more.ini',
        text: '[watcher:a]\nnumprocesses = 3\npriority = 1\n[watcher:b]\ncmd = y',
      },
    ],
    context,
  )
  assert.deepEqual(problems, [])
  const [a, b] = config?.watchers ?? []
  assert.deepEqual([a?.numprocesses, a?.priority, a?.source], [2, 1, { file: 'main.ini', line: 1 }])
  assert.deepEqual(b?.source, { file: 'more.ini', line: 4 })
})

test('config: problems of all files are told in their order, each once', () => {
  const { config, problems } = parseConfig(
    [
      {
        path: 'z.ini',
        text: '[DEFAULT]\npriority = x\n[watcher:a]\ncmd = x\n[watcher:b]\ncmd = x',
      },
      { path: 'a.ini', text: '[socket:a]\nport = y\n[circus]\ncheck_delay = z' },
    ],
    context,
  )
  assert.equal(config, undefined)
  assert.deepEqual(
    problems.map(({ file, line, severity }) => `${file}:${line} ${severity}`),
    ['z.ini:2 error', 'a.ini:2 error', 'a.ini:4 error'],
  )
})

test('config: with warnings alone there is a configuration', () => {
  const { config, problems } = parseConfig(
    [{ path: 'a.ini', text: '[watcher:a]\ncmd = x\nnumproceses = 2' }],
    context,
  )
  assert.deepEqual(
    problems.map(({ severity }) => severity),
    ['warning'],
  )
  assert.deepEqual(config?.watchers[0]?.extra, { numproceses: '2' })
})

test('config: strict makes unknown options and sections errors', () => {
  const text =
    '[watcher:a]\ncmd = x\nnumproceses = 2\n[wacher:b]\ncmd = y\n[DEFAULT]\nprioritty = 1'
  assert.deepEqual(problemsOf(text, { strict: true }), [
    'a.ini:3: numproceses: is no option of [watcher:NAME]; did you mean numprocesses?',
    'a.ini:4: [wacher:b]: is no known section; did you mean [watcher:b]?',
    'a.ini:7: prioritty: is no option of any kind of section; did you mean priority?',
  ])
})

test('config: the settings of a stream are typed', () => {
  const { stdoutStream, stderrStream } = watcherOf(
    'cmd = x\nstdout_stream.class = circus.stream.FileStream\nstdout_stream.filename = $(circus.env.HOME)/a.log\n' +
      'stdout_stream.backup_count = 3\nstdout_stream.time_format = %Y-%m-%d\n' +
      'stderr_stream.filename = b.log\nstderr_stream.max_bytes = 1M\nstderr_stream.refresh_time = 1',
  )
  assert.deepEqual(stdoutStream, {
    class: 'FileStream',
    filename: '/home/u/a.log',
    maxBytes: 0,
    backupCount: 3,
    timeFormat: '%Y-%m-%d',
  })
  assert.equal(stderrStream?.class, 'FileStream')
  assert.equal(stderrStream?.maxBytes, 1_048_576)
})

test('config: Circus options that ask for nothing are accepted in silence', () => {
  const text =
    '[circus]\nstatsd = false\nhttpd = 0\ndebug_gc = no\n[socket:s]\nport = 0\nso_reuseport = false\n' +
    '[watcher:a]\ncmd = x\nshell = no\non_demand = false\nmax_age = 0\nmax_age_variance = 30\ncopy_path = off'
  assert.deepEqual(problemsOf(text), [])
})

test('config: sockets with port 0 or of another family never collide', () => {
  const text =
    '[socket:a]\nport = 0\n[socket:b]\nport = 0\n[socket:c]\nport = 1\n[socket:d]\nport = 1\nfamily = AF_INET6\n[socket:e]\nport = 1\nhost = 127.0.0.2'
  assert.deepEqual(problemsOf(text), [])
})

test('config: a thousand watchers', (t) => {
  const watchers = Array.from(
    { length: 1000 },
    (_, index) =>
      `[watcher:w${index}]\ncmd = node app.js --fd $(circus.sockets.web) --id $(circus.wid)\nuse_sockets = true\nnumprocesses = 4\nstdout_stream.filename = $(circus.env.HOME)/${index}.log`,
  )
  const text = `${watchers.join('\n')}\n[socket:web]\nport = 1\n[env]\nA = 1\n[env:w*]\nB = 2`
  const start = performance.now()
  assert.equal(configOf(text).watchers.length, 1000)
  t.diagnostic(`read in ${Math.round(performance.now() - start)} ms`)
})

/** A file for Circus with most of what it offers. */
const CIRCUS_EXAMPLE = `[circus]
check_delay = 1
endpoint = tcp://127.0.0.1:5555
pubsub_endpoint = tcp://127.0.0.1:5556
statsd = true
include_dir = conf.d

[watcher:web]
cmd = node server.js --fd $(circus.sockets.web) --id $(circus.wid)
numprocesses = 2
use_sockets = true
copy_env = true
priority = 5
graceful_timeout = 10
stop_signal = QUIT
rlimit_nofile = 4096
rlimit_core =
stdout_stream.class = FileStream
stdout_stream.filename = $(circus.env.LOGDIR)/web.log
stdout_stream.time_format = %Y-%m-%d %H:%M:%S
stdout_stream.max_bytes = 1000000
stdout_stream.backup_count = 3
hooks.before_start = app.hooks.check, true
flapping.max_retry = 2

[socket:web]
host = 127.0.0.1
port = 8000

[env]
LOGDIR = logs

[env:web,job*]
PATH = $PATH:/opt/app/bin

[plugin:flapping]
use = circus.plugins.flapping.Flapping
retry_in = 3
`

test('config: a file for Circus is told what this version does not act on, and is otherwise understood', () => {
  assert.deepEqual(problemsOf(CIRCUS_EXAMPLE), [
    'a.ini:5: warning: statsd: is accepted but not acted on by this version',
    'a.ini:16: warning: rlimit_nofile: is accepted but not acted on by this version',
    'a.ini:17: warning: rlimit_core: is accepted but not acted on by this version',
    'a.ini:23: hooks.before_start: "app.hooks.check, true" is not supported by this version; remove the option',
    'a.ini:33: warning: [env:web,job*]: job* matches no watcher',
    'a.ini:36: warning: [plugin:flapping]: plugins are accepted but not started by this version',
  ])
  const [web] = configOf(CIRCUS_EXAMPLE.replace(/^hooks.*$/m, '')).watchers
  assert.equal(web?.stdoutStream?.filename, 'logs/web.log')
  assert.equal(web?.stdoutStream?.timeFormat, '%Y-%m-%d %H:%M:%S')
  assert.deepEqual(web?.sockets, ['web'])
  assert.deepEqual(web?.env, {
    PATH: '/usr/bin:/opt/app/bin',
    HOME: '/home/u',
    SECRET: 's',
    LOGDIR: 'logs',
  })
})
