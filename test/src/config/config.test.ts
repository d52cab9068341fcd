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
    endpointOwner: null,
    curveServerKey: null,
    authorizedKeys: null,
    statsEndpoint: null,
    warmupDelayMs: 0,
    umask: null,
    pidfile: null,
    loglevel: 'info',
    logoutput: '-',
    debug: false,
    cgroup: 'auto',
    include: [],
    includeDir: [],
  })
})

test('config: a watcher of one line has the defaults', () => {
  const { written, ...watcher } = watcherOf('cmd = sleep 10', '', { environment: {} })
  assert.deepEqual([...written.options.keys()], ['cmd'])
  assert.deepEqual(watcher, {
    name: 'web',
    cmd: 'sleep 10',
    args: '',
    shell: false,
    shellArgs: null,
    executable: null,
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
    stopCommand: null,
    hasStopCommand: false,
    priority: 0,
    dependsOn: [],
    essential: false,
    onDemand: false,
    maxAgeMs: 0,
    maxAgeVarianceMs: 30_000,
    flapping: null,
    hooks: [],
    gates: [],
    hooksTimeoutMs: 10_000,
    ready: { kind: 'auto' },
    readyTimeoutMs: 60_000,
    reloadBatch: 1,
    maxSurge: null,
    workingDir: null,
    uid: null,
    gid: null,
    umask: null,
    nice: null,
    rlimits: [],
    copyEnv: false,
    virtualenv: null,
    useSockets: false,
    stdinSocket: null,
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
  ['shell = yes', 'shell', true],
  ['shell = yes\nshell_args = a $(circus.wid)', 'shellArgs', 'a $(circus.wid)'],
  ['executable = $(circus.env.HOME)/node', 'executable', '/home/u/node'],
  ['executable =', 'executable', null],
  ['stop_command = ctl stop $(circus.pid)', 'stopCommand', 'ctl stop $(circus.pid)'],
  ['stop_command = ctl stop', 'hasStopCommand', true],
  ['stop_command =', 'hasStopCommand', false],
  ['essential = true', 'essential', true],
  ['max_age = 60', 'maxAgeMs', 60_000],
  ['max_age = 0.5', 'maxAgeMs', 500],
  ['max_age = 31536000', 'maxAgeMs', 31_536_000_000],
  ['max_age = 0', 'maxAgeMs', 0],
  ['max_age_variance = 1.5', 'maxAgeVarianceMs', 1500],
  ['max_age_variance = 0', 'maxAgeVarianceMs', 0],
  ['uid = www-data', 'uid', 'www-data'],
  ['uid = $(circus.env.WHO)\n[env:web]\nWHO = nobody', 'uid', 'nobody'],
  ['uid = 1000', 'uid', '1000'],
  ['uid =', 'uid', null],
  ['gid = adm', 'gid', 'adm'],
  ['umask = 027', 'umask', 0o27],
  ['nice = -5', 'nice', -5],
  ['nice = 19', 'nice', 19],
  ['rlimit_nofile = 4096', 'rlimits', [{ resource: 'nofile', limit: 4096 }]],
  ['rlimit_NOFILE = 1_024', 'rlimits', [{ resource: 'nofile', limit: 1024 }]],
  ['rlimit_core = 0', 'rlimits', [{ resource: 'core', limit: 0 }]],
  ['rlimit_core =', 'rlimits', [{ resource: 'core', limit: 'infinity' }]],
  ['rlimit_core = -1', 'rlimits', [{ resource: 'core', limit: 'infinity' }]],
  ['rlimit_core = Infinity', 'rlimits', [{ resource: 'core', limit: 'infinity' }]],
  ['rlimit_as = unlimited', 'rlimits', [{ resource: 'as', limit: 'infinity' }]],
  ['rlimit_cpu = $(circus.env.N)\n[env]\nN = 7', 'rlimits', [{ resource: 'cpu', limit: 7 }]],
  ['virtualenv = /venv/', 'virtualenv', '/venv'],
  ['virtualenv = ./venv', 'virtualenv', '/etc/app/venv'],
  ['hooks_timeout = 0.5', 'hooksTimeoutMs', 500],
  ['flapping.window = 1 ; x', 'extra', { 'flapping.window': '1' }],
  ['my.file = $(circus.env.HOME)', 'extra', { 'my.file': '/home/u' }],
]

for (const [line, field, value] of watcherValues) {
  test(`config: "${line}" of a watcher`, () => {
    assert.deepEqual(watcherOf(`cmd = x\n${line}`)[field], value)
  })
}

const flappingValues: [lines: string, flapping: WatcherOptions['flapping']][] = [
  ['', null],
  ['flapping.attempts = 3', { attempts: 3, windowMs: 1000, retryInMs: 7000, maxRetry: 5 }],
  ['flapping.window = 0.5', { attempts: 2, windowMs: 500, retryInMs: 7000, maxRetry: 5 }],
  ['flapping.retry_in = 0', { attempts: 2, windowMs: 1000, retryInMs: 0, maxRetry: 5 }],
  ['flapping.max_retry = -1', { attempts: 2, windowMs: 1000, retryInMs: 7000, maxRetry: -1 }],
  ['flapping.active = yes', { attempts: 2, windowMs: 1000, retryInMs: 7000, maxRetry: 5 }],
  ['flapping.active = no', null],
  ['flapping.active = no\nflapping.attempts = 3', null],
]

for (const [lines, flapping] of flappingValues) {
  test(`config: "${lines}" of a watcher makes it flapping ${JSON.stringify(flapping)}`, () => {
    assert.deepEqual(watcherOf(`cmd = x\n${lines}`).flapping, flapping)
  })
}

test('config: stdin_socket names a socket, which makes auto readiness look for a listener', () => {
  const watcher = watcherOf('cmd = x\nstdin_socket = Web', '[socket:web]\nport = 1')
  assert.equal(watcher.stdinSocket, 'web')
  assert.deepEqual(watcher.sockets, [])
  assert.equal(watcher.hasSockets, true)
})

for (const sockets of ['use_sockets = web', 'stdin_socket = web']) {
  test(`config: on_demand is for a watcher with ${sockets}`, () => {
    const lines = `cmd = x\non_demand = true\n${sockets}`
    assert.equal(watcherOf(lines, '[socket:web]\nport = 1').onDemand, true)
  })
}

test('config: a virtual environment leads PATH and is named, and PYTHONHOME is unset', () => {
  const environment = { PATH: '/usr/bin', PYTHONHOME: '/usr', HOME: '/home/u' }
  const lines = 'cmd = x\nvirtualenv = $(circus.config_dir)/venv'
  assert.deepEqual(watcherOf(`${lines}\ncopy_env = yes`, '', { environment }).env, {
    PATH: '/etc/app/venv/bin:/usr/bin',
    HOME: '/home/u',
    VIRTUAL_ENV: '/etc/app/venv',
  })
  assert.deepEqual(watcherOf(lines, '[env]\nPATH = /x', { environment }).env, {
    PATH: '/etc/app/venv/bin:/x',
    HOME: '/home/u',
    VIRTUAL_ENV: '/etc/app/venv',
  })
  assert.deepEqual(watcherOf(lines, '', { environment: {} }).env, {
    PATH: '/etc/app/venv/bin:/usr/local/bin:/usr/bin:/bin',
    VIRTUAL_ENV: '/etc/app/venv',
  })
})

for (const written of ['-', 'stdout', '/var/log/c.log', 'syslog://loghost?daemon']) {
  test(`config: logoutput may be ${written}`, () => {
    assert.equal(configOf(`[circus]\nlogoutput = ${written}`).circus.logoutput, written)
  })
}

test('config: cgroup may be off', () => {
  assert.equal(configOf('[circus]\ncgroup = OFF').circus.cgroup, 'off')
})

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
    '[watcher:a]\ncmd = x\nshell = no\non_demand = false\nmax_age = 0\nmax_age_variance = 30\ncopy_path = off\n' +
    'virtualenv_py_ver = 3.9\ncheck_flapping = true'
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
    'a.ini:23: hooks.before_start: "app.hooks.check, true" looks like the name of a Python function; hooks are JavaScript modules or programs here: write ./FILE.js:EXPORT, PACKAGE:EXPORT or exec:PROGRAM ARG...',
    'a.ini:33: warning: [env:web,job*]: job* matches no watcher',
    'a.ini:36: warning: [plugin:flapping]: plugins are accepted but not started by this version',
  ])
  const [web] = configOf(CIRCUS_EXAMPLE.replace(/^hooks.*$/m, '')).watchers
  assert.equal(web?.stdoutStream?.filename, 'logs/web.log')
  assert.equal(web?.flapping?.maxRetry, 2)
  assert.deepEqual(web?.rlimits, [
    { resource: 'nofile', limit: 4096 },
    { resource: 'core', limit: 'infinity' },
  ])
  assert.equal(web?.stdoutStream?.timeFormat, '%Y-%m-%d %H:%M:%S')
  assert.deepEqual(web?.sockets, ['web'])
  assert.deepEqual(web?.env, {
    PATH: '/usr/bin:/opt/app/bin',
    HOME: '/home/u',
    SECRET: 's',
    LOGDIR: 'logs',
  })
})
