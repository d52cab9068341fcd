import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeOptions } from '../../../supervisor/dist/config/describe-options.js'
import { watcherOf } from './parse-text.ts'

/** Those which every reply of Circus' `options` command has. */
const CIRCUS_KEYS =
  'args close_child_stderr close_child_stdin close_child_stdout cmd copy_env env executable gid graceful_timeout max_age max_age_variance max_retry numprocesses on_demand priority respawn send_hup shell shell_args singleton stderr_stream_conf stdout_stream_conf stop_children stop_signal uid use_sockets warmup_delay working_dir'

/** Those which are Bigtop's, and those of Circus which it does not show. */
const MORE_KEYS =
  'autostart backoff depends_on essential hooks_timeout listen_pid max_surge nice ready ready_timeout reload_batch stdin_socket stop_command umask virtualenv'

test("options: a watcher is described with Circus' keys and forms", () => {
  const watcher = watcherOf(
    'cmd = sleep\nargs = 1000\npriority = 5\nsingleton = true\nworking_dir = app\ngraceful_timeout = 1.5\nstop_signal = QUIT\nflapping.window = 3',
    '[env]\nA = 1',
    { environment: {} },
  )
  assert.deepEqual(describeOptions(watcher), {
    args: '1000',
    autostart: true,
    backoff: '1s..60s',
    close_child_stderr: false,
    close_child_stdin: true,
    close_child_stdout: false,
    cmd: 'sleep',
    copy_env: false,
    depends_on: [],
    env: { A: '1' },
    essential: false,
    executable: null,
    'flapping.window': '3',
    gid: null,
    graceful_timeout: 1.5,
    hooks_timeout: 10,
    listen_pid: 'auto',
    max_age: 0,
    max_age_variance: 30,
    max_retry: 5,
    max_surge: null,
    nice: null,
    numprocesses: 1,
    on_demand: false,
    priority: 5,
    ready: 'auto',
    ready_timeout: 60,
    reload_batch: 1,
    respawn: true,
    send_hup: false,
    shell: false,
    shell_args: null,
    singleton: true,
    stderr_stream_conf: {},
    stdin_socket: null,
    stdout_stream_conf: {},
    stop_children: false,
    stop_command: null,
    stop_signal: 3,
    uid: null,
    umask: null,
    use_sockets: false,
    virtualenv: null,
    warmup_delay: 0,
    working_dir: 'app',
  })
})

test('options: every key of Circus is there, and of others only some', () => {
  const keys = Object.keys(describeOptions(watcherOf('cmd = x')))
  assert.deepEqual(keys.toSorted(), `${CIRCUS_KEYS} ${MORE_KEYS}`.split(' ').toSorted())
})

test('options: a stream is described by strings, without its class', () => {
  const watcher = watcherOf(
    'cmd = x\nstdout_stream.class = FileStream\nstdout_stream.filename = web.log\nstdout_stream.max_bytes = 1M\nstdout_stream.backup_count = 3\nstdout_stream.time_format = %H',
  )
  assert.deepEqual(describeOptions(watcher)['stdout_stream_conf'], {
    filename: 'web.log',
    max_bytes: '1048576',
    backup_count: '3',
    time_format: '%H',
  })
})

test('options: listed sockets are a list', () => {
  const watcher = watcherOf(
    'cmd = x\nuse_sockets = b, a',
    '[socket:a]\nport = 1\n[socket:b]\nport = 2',
  )
  assert.deepEqual(describeOptions(watcher)['use_sockets'], ['b', 'a'])
})

test('options: hooks and flapping are shown as written, limits by number, users by number or name', () => {
  const described = describeOptions(
    watcherOf(
      'cmd = x\nhooks.before_start = ./hooks.js:check , yes\nrlimit_NOFILE = 1_024\nrlimit_core =\n' +
        'flapping.window = 1.50\nuid = 1000\ngid = adm\numask = 27\nmax_age = 0.5\nstop_command = ctl $(circus.pid)',
    ),
  )
  const shown = {
    'hooks.before_start': './hooks.js:check , yes',
    rlimit_nofile: 1024,
    rlimit_core: 'infinity',
    'flapping.window': '1.50',
    uid: 1000,
    gid: 'adm',
    umask: '027',
    max_age: 0.5,
    stop_command: 'ctl $(circus.pid)',
  }
  assert.deepEqual({ ...described, ...shown }, described)
})
