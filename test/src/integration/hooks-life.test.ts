import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DaemonUnderTest, isAlive } from './daemon-under-test.ts'

/** Hooks of one moment each: ten of the eleven; `extended_stats` belongs to the command `stats`. */
const MOMENTS = [
  'before_start',
  'before_spawn',
  'after_spawn',
  'after_start',
  'before_stop',
  'before_signal',
  'after_signal',
  'before_reap',
  'after_reap',
  'after_stop',
] as const

/** Notes each call as a line of JSON in `hooks.log`; says no, throws or hangs when asked to. */
const HOOKS = `
import { appendFileSync } from 'node:fs'
export function yes({ watcher, hookName, ...facts }) {
  const note = { hook: hookName, status: watcher.status, ...facts }
  appendFileSync('hooks.log', JSON.stringify(note) + '\\n')
  return true
}
export const no = () => false
export const nothing = () => {}
export const broken = () => { throw new Error('no database') }
export function hung({ watcher }) {
  appendFileSync('hung.log', watcher.name + '\\n')
  for (;;);
}
`

const EXEC_HOOK = `
echo "$CIRCUS_HOOK \${CIRCUS_PID:+PID} \${CIRCUS_SIGNAL} \${CIRCUS_EXIT_CODE} \${CIRCUS_PROCESS_STATUS}" >> hooks.log
`

const SLEEPER = 'cmd = sleep 1000\nready = none\nautostart = false\n'

const OTHER = `[watcher:other]\ncmd = sleep 1000\nready = none\n`

function hooksOf(target: string): string {
  return MOMENTS.map((hook) => `hooks.${hook} = ${target}\n`).join('')
}

interface Call {
  readonly hook: string
  readonly status: string
  readonly pid?: number
  readonly signum?: number
  readonly exitCode?: number
  readonly processStatus?: number | null
}

/** The lines of `hooks.log`, when there are that many. */
async function notes(daemon: DaemonUnderTest, count: number): Promise<readonly string[]> {
  return daemon.eventually(() => {
    const text = existsSync(join(daemon.home, 'hooks.log')) ? daemon.read('hooks.log') : ''
    const lines = text.split('\n').slice(0, -1)
    return lines.length >= count ? lines : undefined
  }, `${count} calls of hooks`)
}

async function isHung(daemon: DaemonUnderTest): Promise<void> {
  const hasBegun = (): true | undefined =>
    existsSync(join(daemon.home, 'hung.log')) ? true : undefined
  await daemon.eventually(hasBegun, 'the hung hook')
}

test('functions: the hooks of a start and a stop are called in the order of Circus', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:a]\n${SLEEPER}${hooksOf('./hooks.mjs:yes')}`,
    { 'hooks.mjs': HOOKS },
  )
  await daemon.start('a')
  const [pid = 0] = await daemon.pids('a')
  await daemon.call('stop', { name: 'a', waiting: true })
  const calls = (await notes(daemon, MOMENTS.length)).map((line) => JSON.parse(line) as Call)
  assert.deepEqual(
    calls.map(({ hook }) => hook),
    MOMENTS,
  )
  assert.deepEqual(
    calls.map(({ status }) => status),
    ['starting', 'starting', 'starting', 'starting'].concat(Array(5).fill('stopping'), 'stopped'),
  )
  const of = (name: string): Call | undefined => calls.find(({ hook }) => hook === name)
  for (const name of ['after_spawn', 'before_signal', 'after_signal', 'before_reap', 'after_reap'])
    assert.equal(of(name)?.pid, pid, name)
  assert.equal(of('before_signal')?.signum, 15)
  assert.equal(of('after_signal')?.signum, 15)
  assert.equal(of('after_reap')?.exitCode, -15)
  // That is: circusd has stopped it.
  assert.equal(of('after_reap')?.processStatus, null)
})

test('programs: each hook of a start and a stop is run once, with its facts', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:a]\n${SLEEPER}${hooksOf('exec:sh hook.sh')}`,
    { 'hook.sh': EXEC_HOOK },
  )
  await daemon.start('a')
  await daemon.call('stop', { name: 'a', waiting: true })
  // Nobody waits for the hooks that are only told, so that programs of neighbours may end in any order.
  const lines = await notes(daemon, MOMENTS.length)
  assert.deepEqual(lines.map((line) => line.trim().replaceAll(/ +/g, ' ')).toSorted(), [
    'after_reap PID -15',
    'after_signal PID 15',
    'after_spawn PID',
    'after_start',
    'after_stop',
    'before_reap PID',
    'before_signal PID 15',
    'before_spawn',
    'before_start',
    'before_stop',
  ])
})

test('the hooks of each process are its own: two spawns, two signals, two ends', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:a]\nnumprocesses = 2\n${SLEEPER}${hooksOf('./hooks.mjs:yes')}`,
    { 'hooks.mjs': HOOKS },
  )
  await daemon.start('a')
  const pids = await daemon.pids('a')
  await daemon.call('stop', { name: 'a', waiting: true })
  const calls = (await notes(daemon, 16)).map((line) => JSON.parse(line) as Call)
  for (const hook of ['after_spawn', 'before_signal', 'after_signal', 'before_reap', 'after_reap'])
    assert.deepEqual(
      calls
        .filter((call) => call.hook === hook)
        .map(({ pid }) => pid ?? 0)
        .toSorted(byNumber),
      pids.toSorted(byNumber),
      hook,
    )
  assert.equal(calls.filter(({ hook }) => hook === 'before_spawn').length, 2)
})

function byNumber(left: number, right: number): number {
  return left - right
}

for (const [kind, target] of [
  ['a function', './hooks.mjs:no'],
  ['a function that returns nothing', './hooks.mjs:nothing'],
  ['a program', 'exec:false'],
] as const) {
  for (const hook of MOMENTS.slice(0, 4)) {
    test(`${hook} says no (${kind}): the watcher is stopped and its start fails with the reason`, async () => {
      await using daemon = await DaemonUnderTest.start(
        `[watcher:a]\n${SLEEPER}hooks.${hook} = ${target}\n`,
        { 'hooks.mjs': HOOKS },
      )
      const { code, stderr } = await daemon.ctl('start', '--waiting', 'a')
      assert.equal(code, 3)
      assert.equal(stderr, `error: hook ${hook} said no\n`)
      assert.equal((await daemon.call('status', { name: 'a' }))['status'], 'stopped')
      assert.deepEqual(await daemon.pids('a'), [])
      if (hook.startsWith('after')) await daemon.event('watcher.a.reap')
      const spawns = daemon.events.filter(({ topic }) => topic === 'watcher.a.spawn')
      assert.equal(spawns.length, hook.startsWith('before') ? 0 : 1)
      for (const { process_pid = 0 } of spawns) assert.equal(isAlive(process_pid), false)
    })
  }
}

test('a hook that fails is told as an event and in the log; with the flag true it counts as a yes', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:strict]\n${SLEEPER}hooks.before_start = ./hooks.mjs:broken\n` +
      `[watcher:lenient]\n${SLEEPER}hooks.before_start = ./hooks.mjs:broken, true\n` +
      `[watcher:good]\n${SLEEPER}hooks.before_start = ./hooks.mjs:yes\n`,
    { 'hooks.mjs': HOOKS },
  )
  const { code, stderr } = await daemon.ctl('start', '--waiting', 'strict')
  assert.equal(code, 3)
  assert.match(stderr, /^error: hook before_start failed: .*no database/)
  const failed = await daemon.event('watcher.strict.hook_failure')
  assert.equal(failed.name, 'before_start')
  assert.match(failed.error ?? '', /no database/)
  assert.match(daemon.output, /strict: hook before_start: .*no database/)
  await daemon.start('lenient')
  await daemon.event('watcher.lenient.hook_failure', ({ name }) => name === 'before_start')
  await daemon.start('good')
  await daemon.event('watcher.good.hook_success', ({ name }) => name === 'before_start')
})

for (const target of ['./hooks.mjs:no', 'exec:false']) {
  test(`before_signal (${target}) keeps the stop signal back; SIGKILL comes after graceful_timeout`, async () => {
    await using daemon = await DaemonUnderTest.start(
      `[watcher:a]\n${SLEEPER}graceful_timeout = 0.3\nhooks.before_signal = ${target}\n`,
      { 'hooks.mjs': HOOKS },
    )
    await daemon.start('a')
    assert.equal((await daemon.call('stop', { name: 'a', waiting: true }))['status'], 'ok')
    assert.equal((await daemon.event('watcher.a.reap')).exit_code, -9)
    const kills = daemon.events.filter(({ topic }) => topic === 'watcher.a.kill')
    assert.equal(kills.length, 1)
  })
}

test('a before_signal that fails keeps nothing back', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:a]\n${SLEEPER}graceful_timeout = 600\nhooks.before_signal = ./hooks.mjs:broken\n`,
    { 'hooks.mjs': HOOKS },
  )
  await daemon.start('a')
  await daemon.call('stop', { name: 'a', waiting: true })
  assert.equal((await daemon.event('watcher.a.reap')).exit_code, -15)
})

test('a process that after_spawn refuses is gone, though it ignores the stop signal', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:a]\ncmd = sh -c 'trap "" TERM; touch immune; while :; do sleep 0.1; done'\nready = none\n` +
      `graceful_timeout = 0.3\nautostart = false\nhooks.after_spawn = exec:sh refuse.sh\n`,
    { 'refuse.sh': 'until [ -e immune ]; do sleep 0.05; done\nexit 1\n' },
  )
  const reply = await daemon.call('start', { name: 'a', waiting: true })
  assert.equal(reply['reason'], 'hook after_spawn said no')
  const { process_pid = 0, exit_code } = await daemon.event('watcher.a.reap')
  assert.equal(exit_code, -9)
  assert.equal(isAlive(process_pid), false)
})

test('a hung hook delays its own watcher only', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:stuck]\n${SLEEPER}hooks_timeout = 600\nhooks.before_spawn = ./hooks.mjs:hung\n${OTHER}`,
    { 'hooks.mjs': HOOKS },
  )
  await daemon.active('other')
  await daemon.call('start', { name: 'stuck' })
  await isHung(daemon)
  const [victim = 0] = await daemon.pids('other')
  process.kill(victim, 'SIGKILL')
  await daemon.event('watcher.other.spawn', ({ process_pid }) => process_pid !== victim)
  assert.equal((await daemon.call('incr', { name: 'other', waiting: true }))['numprocesses'], 2)
  assert.equal((await daemon.call('restart', { name: 'other', waiting: true }))['status'], 'ok')
  assert.deepEqual((await daemon.call('status'))['statuses'], {
    other: 'active',
    stuck: 'starting',
  })
})

test('a stop does not wait for a hung before_spawn', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:stuck]\n${SLEEPER}hooks_timeout = 600\nhooks.before_spawn = ./hooks.mjs:hung\n`,
    { 'hooks.mjs': HOOKS },
  )
  await daemon.call('start', { name: 'stuck' })
  await isHung(daemon)
  assert.equal((await daemon.call('stop', { name: 'stuck', waiting: true }))['status'], 'ok')
  assert.equal((await daemon.call('status', { name: 'stuck' }))['status'], 'stopped')
})

test('a hung before_start or after_start ends with a stop, too', async () => {
  for (const hook of ['before_start', 'after_start']) {
    await using daemon = await DaemonUnderTest.start(
      `[watcher:stuck]\n${SLEEPER}hooks_timeout = 600\nhooks.${hook} = ./hooks.mjs:hung\n`,
      { 'hooks.mjs': HOOKS },
    )
    await daemon.call('start', { name: 'stuck' })
    await isHung(daemon)
    assert.equal(
      (await daemon.call('stop', { name: 'stuck', waiting: true }))['status'],
      'ok',
      hook,
    )
    assert.deepEqual(await daemon.pids('stuck'), [])
  }
})

test('a hung before_stop holds up the stop until hooks_timeout, no longer', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:stuck]\n${SLEEPER}hooks_timeout = 0.3\nhooks.before_stop = ./hooks.mjs:hung\n`,
    { 'hooks.mjs': HOOKS },
  )
  await daemon.start('stuck')
  assert.equal((await daemon.call('stop', { name: 'stuck', waiting: true }))['status'], 'ok')
  await daemon.event('watcher.stuck.hook_failure', ({ name }) => name === 'before_stop')
})

test('a hung after_spawn during a reload ends the reload at hooks_timeout; the old processes stay', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:a]\n${SLEEPER}hooks_timeout = 0.5\nhooks.after_spawn = exec:sh hook.sh\n`,
    { 'hook.sh': 'test ! -e hang || exec sleep 1000\n' },
  )
  await daemon.start('a')
  const before = await daemon.pids('a')
  daemon.write('hang', '')
  const { status, reason } = await daemon.call('reload', { name: 'a', waiting: true })
  assert.equal(status, 'error')
  assert.match(String(reason), /hook after_spawn failed: .*; the reload is given up and 1 of 1 old/)
  assert.deepEqual((await daemon.pids('a')).slice(0, 1), before)
})

test('the second Ctrl-C does not wait for a before_stop that hung before, either', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:stuck]\n${SLEEPER}hooks_timeout = 600\nhooks.before_stop = ./hooks.mjs:hung\n`,
    { 'hooks.mjs': HOOKS },
  )
  await daemon.start('stuck')
  const [pid = 0] = await daemon.pids('stuck')
  await daemon.call('stop', { name: 'stuck' })
  await isHung(daemon)
  daemon.child.kill('SIGINT')
  await daemon.logs('Got signal SIG_INT')
  assert.equal((await daemon.quit('SIGINT')).code, 0)
  assert.equal(isAlive(pid), false)
})

test('the second Ctrl-C does not wait for a hung before_stop', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:stuck]\n${SLEEPER}hooks_timeout = 600\nhooks.before_stop = ./hooks.mjs:hung\n${OTHER}`,
    { 'hooks.mjs': HOOKS },
  )
  await daemon.start('stuck')
  const [pid = 0] = await daemon.pids('stuck')
  daemon.child.kill('SIGINT')
  await isHung(daemon)
  await daemon.event('watcher.other.stop')
  assert.ok(isAlive(pid))
  const { code } = await daemon.quit('SIGINT')
  assert.equal(code, 0)
  assert.equal(isAlive(pid), false)
})
