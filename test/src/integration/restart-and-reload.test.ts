import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answersWith, WEB_INI } from './apps.ts'
import { DaemonUnderTest } from './daemon-under-test.ts'

const MANY_INI = ['web-1', 'web-2', 'job', 'Web-Manual']
  .map((name) => `[watcher:${name}]\ncmd = sleep 1000\nready = none\n`)
  .join('')
  .concat('autostart = false\n')

type Pids = Readonly<Record<string, readonly number[]>>

async function pidsOfAll(daemon: DaemonUnderTest): Promise<Pids> {
  const names = ['web-1', 'web-2', 'job', 'Web-Manual']
  const pids = await Promise.all(names.map((name) => daemon.pids(name)))
  return Object.fromEntries(names.map((name, index) => [name, pids[index] ?? []]))
}

async function startMany(): Promise<DaemonUnderTest> {
  const daemon = await DaemonUnderTest.start(MANY_INI)
  for (const name of ['web-1', 'web-2', 'job']) await daemon.active(name)
  return daemon
}

/** Names of the watchers whose processes are others now. */
function changed(before: Pids, after: Pids): readonly string[] {
  return Object.keys(before).filter((name) => String(before[name]) !== String(after[name]))
}

for (const [args, expected] of [
  [['web-1'], ['web-1']],
  [['web-*'], ['web-1', 'web-2']],
  [['web-[2-9]'], ['web-2']],
  [
    ['--match', 'regex', '(job|web-2)$'],
    ['web-2', 'job'],
  ],
  [['--match', 'simple', 'JOB'], ['job']],
] as const) {
  test(`restart ${args.join(' ')} restarts ${expected.join(' and ')}`, async () => {
    await using daemon = await startMany()
    const before = await pidsOfAll(daemon)
    const { code, stderr } = await daemon.ctl('restart', '--waiting', ...args)
    assert.equal(code, 0, stderr)
    assert.deepEqual(changed(before, await pidsOfAll(daemon)), expected)
  })
}

test('stop and start by pattern: start leaves out watchers with autostart = false', async () => {
  await using daemon = await startMany()
  await daemon.start('Web-Manual')
  assert.equal((await daemon.call('stop', { name: 'web-*', waiting: true }))['status'], 'ok')
  const stopped = { 'Web-Manual': 'stopped', job: 'active', 'web-1': 'stopped', 'web-2': 'stopped' }
  assert.deepEqual((await daemon.call('status'))['statuses'], stopped)
  await daemon.start('web-*')
  assert.deepEqual((await daemon.call('status'))['statuses'], {
    ...stopped,
    'web-1': 'active',
    'web-2': 'active',
  })
})

test('a pattern that matches nobody is an error, with stopping and restarting alike', async () => {
  await using daemon = await startMany()
  for (const command of ['start', 'stop', 'restart']) {
    assert.equal((await daemon.ctl(command, 'nobody-*')).code, 3, command)
  }
})

/** What happened to processes, as "spawn" and "reap", since `from`. */
function life(daemon: DaemonUnderTest, from: number): readonly string[] {
  return daemon.events
    .slice(from)
    .map(({ topic }) => topic.replace('watcher.web.', ''))
    .filter((name) => name === 'spawn' || name === 'reap')
}

test('reload --sequential ends each old process before its successor begins, slot by slot', async () => {
  await using daemon = await DaemonUnderTest.start(WEB_INI, { 'app.mjs': answersWith('one') })
  await daemon.active()
  await daemon.event('watcher.web.start')
  const from = daemon.events.length
  const { code, stderr } = await daemon.ctl('reload', '--sequential', 'web')
  assert.equal(code, 0, stderr)
  await daemon.event('watcher.web.reload')
  assert.deepEqual(life(daemon, from), ['reap', 'spawn', 'reap', 'spawn'])
})

test('a plain reload has each successor before its predecessor ends', async () => {
  await using daemon = await DaemonUnderTest.start(WEB_INI, { 'app.mjs': answersWith('one') })
  await daemon.active()
  await daemon.event('watcher.web.start')
  const from = daemon.events.length
  assert.equal((await daemon.ctl('reload', 'web')).code, 0)
  await daemon.event('watcher.web.reload')
  assert.equal(life(daemon, from)[0], 'spawn')
  let alive = 2
  for (const what of life(daemon, from)) {
    alive += what === 'spawn' ? 1 : -1
    assert.ok(alive >= 2)
  }
})

test('reload --terminate is a restart: all old ones end first', async () => {
  await using daemon = await DaemonUnderTest.start(WEB_INI, { 'app.mjs': answersWith('one') })
  await daemon.active()
  await daemon.event('watcher.web.start')
  const from = daemon.events.length
  assert.equal((await daemon.ctl('reload', '--terminate', 'web')).code, 0)
  await daemon.eventTimes('watcher.web.start', 2)
  assert.deepEqual(life(daemon, from), ['reap', 'reap', 'spawn', 'spawn'])
})

test('reload of all leaves stopped watchers stopped', async () => {
  await using daemon = await startMany()
  await daemon.call('stop', { name: 'job', waiting: true })
  const before = await pidsOfAll(daemon)
  assert.equal((await daemon.ctl('reload')).code, 0)
  const after = await pidsOfAll(daemon)
  assert.deepEqual(changed(before, after), ['web-1', 'web-2'])
  assert.deepEqual([after['job'], after['Web-Manual']], [[], []])
})

test('send_hup: a reload sends SIGHUP and the processes stay', async () => {
  const program = `process.on('SIGHUP', () => console.log('re-read'))\nconsole.log('up')\nsetInterval(() => {}, 60_000)\n`
  await using daemon = await DaemonUnderTest.start(
    '[watcher:web]\ncmd = node web.mjs\nsend_hup = true\n',
    { 'web.mjs': program },
  )
  await daemon.logs('up')
  await daemon.active()
  const before = await daemon.pids()
  assert.equal((await daemon.ctl('reload', 'web')).code, 0)
  await daemon.logs('re-read')
  assert.deepEqual(await daemon.pids(), before)
})

test('a singleton is never two processes in a reload', async () => {
  await using daemon = await DaemonUnderTest.start(
    '[watcher:web]\ncmd = sleep 1000\nready = none\nsingleton = true\n',
  )
  await daemon.active()
  assert.equal((await daemon.ctl('reload', 'web')).code, 0)
  await daemon.event('watcher.web.reload')
  assert.deepEqual(life(daemon, 0).slice(-2), ['reap', 'spawn'])
})
