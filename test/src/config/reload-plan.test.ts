import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Config } from '../../../supervisor/dist/config/config.js'
import {
  planReload,
  type Present,
  type ReloadPlan,
} from '../../../supervisor/dist/config/reload-plan.js'
import { readNewWatcher } from '../../../supervisor/dist/config/watcher-from-json.js'
import { configOf } from './parse-text.ts'

const BASE = `
[watcher:api]
cmd = api
use_sockets = api
[watcher:web]
cmd = web
[socket:api]
port = 80
[socket:idle]
port = 81
`

/** All watchers of the files, running. */
function present(config: Config, ...more: Present['watchers']): Present {
  const watchers = config.watchers.map((options) => ({
    options,
    usesSockets: true,
    isLeaving: false,
  }))
  return { config, watchers: [...watchers, ...more] }
}

function plan(before: Present, text: string): ReloadPlan {
  const planned = planReload(before, configOf(text))
  return 'plan' in planned ? planned.plan : assert.fail(planned.refusals.join('; '))
}

function refusals(before: Present, text: string): readonly string[] {
  const planned = planReload(before, configOf(text))
  return 'refusals' in planned ? planned.refusals : []
}

const base = present(configOf(BASE))

function added(name: string, options: object = {}): Present['watchers'][number] {
  const neighbours = { context: base.config.context, watchers: [] }
  const reading = readNewWatcher(name, { cmd: 'added', ...options }, neighbours)
  assert.ok(reading.ok)
  return { options: reading.watcher, usesSockets: true, isLeaving: false }
}

test('the same files are no change, wherever in them something stands', () => {
  assert.deepEqual(plan(base, `# a comment\n\n${BASE}`), {
    added: [],
    changed: [],
    removed: [],
    sockets: { opened: [], rebound: [], closed: [] },
    notes: [],
  })
})

/** Lines that are put below `[watcher:web]`, the options that have changed, and what becomes of the processes. */
const changes: readonly [lines: string, keys: readonly string[], by: string][] = [
  ['numprocesses = 3', ['numprocesses'], 'live'],
  ['graceful_timeout = 1\nmax_retry = 2', ['max_retry', 'graceful_timeout'], 'live'],
  ['ready = none', ['ready'], 'live'],
  ['hooks.before_start = exec:/opt/check', ['hooks.before_start'], 'live'],
  ['some.option = x', ['some.option'], 'live'],
  [
    'flapping.attempts = 3',
    ['flapping.attempts', 'flapping.window', 'flapping.retry_in', 'flapping.max_retry'],
    'live',
  ],
  ['args = x', ['args'], 'reload'],
  ['copy_env = true', ['copy_env', 'env'], 'reload'],
  ['rlimit_nofile = 5', ['rlimit_nofile'], 'reload'],
  ['numprocesses = 3\nuid = 5', ['numprocesses', 'uid'], 'reload'],
  ['singleton = true\nargs = x', ['args', 'singleton'], 'restart'],
]

for (const [lines, keys, by] of changes) {
  test(`${JSON.stringify(lines)} is a change of ${keys.join(', ')}: ${by}`, () => {
    const { changed, added, removed } = plan(base, BASE.replace('cmd = web', `cmd = web\n${lines}`))
    assert.deepEqual(
      changed.map((one) => [one.options.name, one.keys, one.by]),
      [['web', keys, by]],
    )
    assert.deepEqual([added, removed], [[], []])
  })
}

test('a stream that changes is live, one that is new or gone needs a reload', () => {
  const withStream = (file: string): string =>
    BASE.replace('cmd = web', `cmd = web\nstdout_stream.filename = ${file}`)
  const before = present(configOf(withStream('a')))
  const by = (one: Present, text: string): unknown => plan(one, text).changed.map(({ by }) => by)
  assert.deepEqual(by(before, withStream('b')), ['live'])
  assert.deepEqual(by(base, withStream('b')), ['reload'])
  assert.deepEqual(by(before, BASE), ['reload'])
})

test('a section of variables changes the watchers it is for', () => {
  const { changed } = plan(base, `${BASE}[env:web]\nA = 1\n`)
  assert.deepEqual(
    changed.map(({ options, keys, by }) => [options.name, keys, by]),
    [['web', ['env'], 'reload']],
  )
})

test('new sections are added, missing ones removed', () => {
  const { added, removed, changed } = plan(
    base,
    '[watcher:new]\ncmd = x\n' + BASE.replace('[watcher:web]\ncmd = web\n', ''),
  )
  assert.deepEqual([added.map(({ name }) => name), removed, changed], [['new'], ['web'], []])
})

test('what was added by a command is kept, unless the files have it now', () => {
  const now = present(base.config, added('dyn'))
  assert.deepEqual(plan(now, BASE).removed, [])
  const { changed } = plan(now, `${BASE}[watcher:dyn]\ncmd = other\n`)
  assert.deepEqual(
    changed.map(({ options, keys }) => [options.cmd, keys]),
    [['other', ['cmd']]],
  )
})

test('what a command has removed comes back, as the files say', () => {
  const now = { ...base, watchers: base.watchers.filter(({ options }) => options.name !== 'web') }
  assert.deepEqual(
    plan(now, BASE).added.map(({ name }) => name),
    ['web'],
  )
})

test('what set and incr have changed stays, as long as the files stay', () => {
  const watchers = base.watchers.map((one) => ({
    ...one,
    options: { ...one.options, numprocesses: 9, args: 'set' },
  }))
  assert.deepEqual(plan({ ...base, watchers }, BASE).changed, [])
})

test('sockets that nobody uses are bound, bound anew and closed', () => {
  const text = BASE.replace('port = 81', 'port = 82') + '[socket:new]\nport = 83\n'
  const { sockets } = plan(base, text)
  assert.deepEqual(
    [sockets.opened.map(({ name }) => name), sockets.rebound.map(({ port }) => port)],
    [['new'], [82]],
  )
  assert.deepEqual(plan(base, BASE.replace('[socket:idle]\nport = 81\n', '')).sockets.closed, [
    'idle',
  ])
})

test('a socket that somebody uses stays as it is', () => {
  const text = BASE.replace('port = 80', 'port = 90')
  assert.deepEqual(refusals(base, text), [
    '[socket:api] cannot change or go while api uses it; stop api first',
  ])
  const stopped = base.watchers.map((one) => ({ ...one, usesSockets: false }))
  assert.deepEqual(
    plan({ ...base, watchers: stopped }, text).sockets.rebound.map(({ name }) => name),
    ['api'],
  )
  const more = present(base.config, added('dyn', { stdin_socket: 'idle' }))
  assert.deepEqual(refusals(more, BASE.replace('[socket:idle]\nport = 81\n', '')), [
    '[socket:idle] cannot change or go while dyn uses it; stop dyn first',
  ])
})

test('a socket may go together with those who use it', () => {
  const { sockets, removed } = plan(base, '[watcher:web]\ncmd = web\n[socket:idle]\nport = 81\n')
  assert.deepEqual([sockets.closed, removed], [['api'], ['api']])
})

test('names that differ by case only, and watchers that are leaving, have to wait', () => {
  assert.deepEqual(refusals(base, BASE.replace('[watcher:web]', '[watcher:Web]')), [
    'Web differs from web by case only; remove that one first',
  ])
  const leaving = base.watchers.map((one) => ({ ...one, isLeaving: one.options.name === 'web' }))
  assert.deepEqual(refusals({ ...base, watchers: leaving }, BASE), [
    'web is being removed; try again when it is gone',
  ])
})

test('what only a new circusd would change is noted', () => {
  assert.deepEqual(plan(base, `[circus]\numask = 077\nwarmup_delay = 3\n${BASE}`).notes, [
    '[circus] umask has changed: that takes effect when circusd itself is started again',
  ])
})
