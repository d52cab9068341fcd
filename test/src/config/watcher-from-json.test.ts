import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandLine } from '../../../supervisor/dist/config/command-line.js'
import type { WatcherOptions } from '../../../supervisor/dist/config/options.js'
import {
  readChangedWatcher,
  readNewWatcher,
  type JsonOptions,
  type WatcherReading,
} from '../../../supervisor/dist/config/watcher-from-json.js'
import { configOf } from './parse-text.ts'

const config = configOf(`
[watcher:other]
cmd = app
[socket:web]
port = 80
[env]
FROM = file
[env:job]
ONLY = job
`)

const neighbours = { context: config.context, watchers: config.watchers }

function read(options: JsonOptions): WatcherReading {
  return readNewWatcher('job', { cmd: 'app', ...options }, neighbours)
}

function watcher(options: JsonOptions): WatcherOptions {
  const reading = read(options)
  assert.ok(reading.ok, JSON.stringify(reading))
  return reading.watcher
}

function change(before: WatcherOptions, options: JsonOptions): WatcherOptions {
  const reading = readChangedWatcher(before, before.numprocesses, options, neighbours)
  assert.ok(reading.ok, JSON.stringify(reading))
  return reading.watcher
}

/** JSON, and what the program has of it. */
const values: readonly [JsonOptions, Partial<WatcherOptions>][] = [
  [{ numprocesses: 4 }, { numprocesses: 4 }],
  // Circus takes it for none.
  [{ numprocesses: -4 }, { numprocesses: 0 }],
  [{ warmup_delay: 0.5 }, { warmupDelayMs: 500 }],
  [{ graceful_timeout: 0 }, { gracefulTimeoutMs: 0 }],
  [
    { max_age: 60, max_age_variance: 5 },
    { maxAgeMs: 60_000, maxAgeVarianceMs: 5_000 },
  ],
  [{ stop_signal: 15 }, { stopSignal: 15 }],
  [{ stop_signal: 'usr1' }, { stopSignal: 10 }],
  [
    { uid: 33, gid: 'www-data' },
    { uid: '33', gid: 'www-data' },
  ],
  [{ uid: null }, { uid: null }],
  [
    { shell: true, send_hup: true },
    { shell: true, sendHup: true },
  ],
  [
    { max_retry: -1, respawn: false },
    { maxRetry: -1, respawn: false },
  ],
  // Circus refuses these, or takes them and forgets them.
  [
    { priority: 3, autostart: false },
    { priority: 3, autostart: false },
  ],
  [{ close_child_stdout: true }, { closeChildStdout: true }],
  [{ use_sockets: ['web'] }, { useSockets: ['web'], sockets: ['web'], hasSockets: true }],
  [{ use_sockets: true }, { useSockets: true, sockets: ['web'] }],
  [{ depends_on: 'OTHER:ready' }, { dependsOn: [{ watcher: 'other', until: 'ready' }] }],
  [{ depends_on: ['other'] }, { dependsOn: [{ watcher: 'other', until: 'ready' }] }],
  [{ ready: 'delay:2' }, { ready: { kind: 'delay', delayMs: 2_000 } }],
  [{ rlimit_nofile: 100 }, { rlimits: [{ resource: 'nofile', limit: 100 }] }],
  [{ rlimit_core: null }, { rlimits: [{ resource: 'core', limit: 'infinity' }] }],
  [
    { 'flapping.attempts': 3 },
    { flapping: { attempts: 3, windowMs: 1_000, retryInMs: 7_000, maxRetry: 5 } },
  ],
]

for (const [options, fields] of values) {
  test(`${JSON.stringify(options)} is read as a file would be`, () => {
    const made = new Map<string, unknown>(Object.entries(watcher(options)))
    for (const [field, value] of Object.entries(fields)) assert.deepEqual(made.get(field), value)
  })
}

test('a list of words stays the words it is, whatever is in them', () => {
  const args = ['a b', '', `it's "so"`, '$HOME', 'back\\slash', '#', 'x']
  const line = commandLine(watcher({ cmd: ['my program'], args }), new Map())
  assert.deepEqual(line, { ok: true, argv: ['my program', ...args] })
})

test('a watcher of a request has the environment which a section of its name would have', () => {
  assert.deepEqual(watcher({}).env, {
    PATH: '/usr/bin',
    HOME: '/home/u',
    FROM: 'file',
    ONLY: 'job',
  })
})

test('env is the whole environment; copy_env puts it over that of circusd', () => {
  assert.deepEqual(watcher({ env: { A: '1' } }).env, { A: '1' })
  assert.deepEqual(watcher({ env: { A: '1', HOME: '/x' }, copy_env: true }).env, {
    PATH: '/usr/bin',
    HOME: '/x',
    SECRET: 's',
    A: '1',
  })
})

test('hooks are read in the forms of add, of set and of files', () => {
  const target = { kind: 'exec', words: ['/opt/check'] }
  for (const options of [
    { hooks: { before_start: ['exec:/opt/check', true] } },
    { hooks: { before_start: 'exec:/opt/check, true' } },
    { 'hooks.before_start': 'exec:/opt/check,true' },
  ]) {
    const [hook] = watcher(options).hooks
    assert.deepEqual(
      [hook?.hook, hook?.target, hook?.ignoresFailure],
      ['before_start', target, true],
    )
  }
})

test('a stream is an object, or one setting after the other', () => {
  const stream = { class: 'FileStream', filename: 'a.log', max_bytes: 1000, backup_count: 3 }
  const made = watcher({ stdout_stream: stream })
  const expected = {
    class: 'FileStream',
    filename: 'a.log',
    maxBytes: 1000,
    backupCount: 3,
    timeFormat: null,
  }
  assert.deepEqual(made.stdoutStream, expected)
  // Circus forgets the class, and everything else of the stream.
  assert.deepEqual(change(made, { 'stdout_stream.max_bytes': 5 }).stdoutStream, {
    ...expected,
    maxBytes: 5,
  })
  const other = change(made, { stdout_stream: { class: 'StdoutStream' } })
  assert.deepEqual(other.stdoutStream, {
    class: 'StdoutStream',
    filename: null,
    maxBytes: 0,
    backupCount: 0,
    timeFormat: null,
  })
  assert.equal(change(made, { stdout_stream: null }).stdoutStream, null)
})

test('a change keeps what was read before, from files and from requests', () => {
  const made = watcher({ env: { A: '1' }, max_retry: 1 })
  const changed = change(change(made, { graceful_timeout: 1 }), { args: 'x' })
  const { env, maxRetry, gracefulTimeoutMs, args, cmd } = changed
  assert.deepEqual(
    { env, maxRetry, gracefulTimeoutMs, args, cmd },
    { env: { A: '1' }, maxRetry: 1, gracefulTimeoutMs: 1_000, args: 'x', cmd: 'app' },
  )
  assert.equal(change(changed, { args: null }).args, '')
})

/** Circus' words, where it has some. */
const refused: readonly [JsonOptions, string][] = [
  [{ bogus: 1 }, "unknown key 'bogus'"],
  [{ name: 'x' }, "unknown key 'name'"],
  [{ copy_path: true }, "unknown key 'copy_path'"],
  [{ 'plugin.thing': 1 }, "unknown key 'plugin.thing'"],
  [{ 'stdout_stream.zzz': 1 }, "unknown key 'stdout_stream.zzz'"],
  [{ numprocesses: '3' }, "'numprocesses' isn't an integer"],
  [{ numprocesses: 1.5 }, "'numprocesses' isn't an integer"],
  [{ numprocesses: null }, "'numprocesses' isn't an integer"],
  [{ max_retry: true }, "'max_retry' isn't an integer"],
  [{ graceful_timeout: '3' }, "'graceful_timeout' isn't a number"],
  [{ shell: 1 }, "'shell' isn't a valid boolean"],
  [{ singleton: 'yes' }, "'singleton' isn't a valid boolean"],
  [{ uid: 1.5 }, "'uid' isn't an integer or string"],
  [{ stop_signal: [] }, "'stop_signal' isn't an integer or a name of a signal"],
  [{ rlimit_nofile: 1.5 }, "'rlimit_nofile' isn't an integer"],
  [{ working_dir: 5 }, "'working_dir' isn't a string"],
  [{ env: [] }, "'env' isn't a valid object"],
  [{ env: { A: 1 } }, "'A' isn't a string"],
  [{ env: { 'A=B': '' } }, "'A=B' is no name of a variable"],
  [{ hooks: 'x' }, "'hooks' isn't a valid object"],
  [
    { hooks: { before_start: 5 } },
    "'hooks.before_start' isn't a string, or a list of a string and a boolean",
  ],
  [{ stdout_stream: {} }, "'stdout_stream' must have a 'class' key"],
  [{ stdout_stream: 'x' }, "'stdout_stream' isn't a valid object"],
  [{ cmd: 'a\0b' }, "'cmd' holds a NUL character"],
  [{ retry_in: 3 }, "'retry_in' has no effect in Circus; here it is 'flapping.retry_in'"],
  [{ priority: {} }, "'priority' isn't a string, number, boolean or list of strings"],
  [{ priority: 'high' }, 'priority: "high" is not a whole number; it may be a whole number'],
  [
    { graceful_timeout: -1 },
    'graceful_timeout: "-1" is too small; it may be a number of seconds from 0 to 2147483, such as 30 or 0.5',
  ],
  [{ depends_on: 'nobody' }, 'depends_on: there is no [watcher:nobody]; add that section'],
  [{ depends_on: 'job' }, 'depends_on: job waits for itself; remove it'],
]

for (const [options, reason] of refused) {
  test(`${JSON.stringify(options)} is refused: ${reason}`, () => {
    assert.deepEqual(read(options), { ok: false, is: 'invalid', reason })
  })
}

test('a number that a singleton cannot have is a conflict', () => {
  const reading = read({ singleton: true, numprocesses: 2 })
  assert.equal(!reading.ok && reading.is, 'conflict')
})

test('a warning is told once, when what it is about is set', () => {
  const reading = read({ shell_args: 'x' })
  assert.ok(reading.ok)
  const note = 'shell_args: has no effect without a shell; add shell = true'
  assert.deepEqual(reading.notes, [note])
  const next = readChangedWatcher(reading.watcher, 1, { max_retry: 1 }, neighbours)
  assert.deepEqual(next.ok && next.notes, [])
})
