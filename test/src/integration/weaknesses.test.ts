import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answersWith, WEB_INI } from './apps.ts'
import { DaemonUnderTest, isAlive } from './daemon-under-test.ts'
import { ask } from './http-client.ts'

/** Situations in which Circus freezes, loses something or hides a failure, each by its name. */

/** Ignores the polite signal: only SIGKILL ends it. */
const IMMUNE = `process.on('SIGTERM', () => {})\nconsole.log('immune')\nsetInterval(() => {}, 60_000)\n`

const SLEEPER = 'cmd = sleep 1000\nready = none\n'

test('start of a watcher that runs with a process missing returns, and spawns the missing one', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:job]\n${SLEEPER}numprocesses = 2\nrespawn = false\n`,
  )
  await daemon.active('job')
  const [gone = 0, stays = 0] = await daemon.pids('job')
  process.kill(gone, 'SIGKILL')
  await daemon.event('watcher.job.reap')
  assert.deepEqual(await daemon.pids('job'), [stays])
  await daemon.start('job')
  const pids = await daemon.pids('job')
  assert.equal(pids.length, 2)
  assert.ok(pids.includes(stays))
})

test('stop while a process is being ended already: commands are answered, and the stop ends', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:slow]\ncmd = node immune.mjs\nnumprocesses = 2\ngraceful_timeout = 1\n[watcher:other]\n${SLEEPER}`,
    { 'immune.mjs': IMMUNE },
  )
  await daemon.logs('immune', 2)
  await daemon.active('slow')
  const before = await daemon.pids('slow')
  assert.equal((await daemon.call('decr', { name: 'slow' }))['status'], 'ok')
  await daemon.event('watcher.slow.kill')
  const stop = daemon.call('stop', { name: 'slow', waiting: true })
  assert.equal((await daemon.call('restart', { name: 'other', waiting: true }))['status'], 'ok')
  assert.equal((await stop)['status'], 'ok')
  assert.deepEqual(before.filter(isAlive), [])
})

test('two stops of one watcher at once: both end', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:slow]\ncmd = node immune.mjs\ngraceful_timeout = 0.5\n`,
    { 'immune.mjs': IMMUNE },
  )
  await daemon.logs('immune')
  const stop = { name: 'slow', waiting: true }
  const replies = await Promise.all([daemon.call('stop', stop), daemon.call('stop', stop)])
  assert.deepEqual(
    replies.map(({ status }) => status),
    ['ok', 'ok'],
  )
})

test('max_retry = -1 with a missing program: tries are paced, commands and SIGTERM work', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:lost]\ncmd = no-such-program-here\nmax_retry = -1\nbackoff = 10m..10m\n[watcher:other]\n${SLEEPER}`,
  )
  await daemon.logs('next try of slot 1 in ')
  await daemon.active('other')
  assert.equal((await daemon.call('restart', { name: 'other', waiting: true }))['status'], 'ok')
  const { status, slots } = await daemon.call('status', { name: 'lost' })
  assert.equal(status, 'starting')
  const [slot] = slots as { state: string; next_try: number }[]
  assert.equal(slot?.state, 'waiting')
  assert.ok(slot.next_try > 0)
  assert.equal((await daemon.quit()).code, 0)
  assert.equal(daemon.output.split('next try of slot 1 in ').length, 2)
})

test('SIGTERM while a command runs is not lost', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:slow]\ncmd = node immune.mjs\ngraceful_timeout = 1\n[watcher:other]\n${SLEEPER}`,
    { 'immune.mjs': IMMUNE },
  )
  await daemon.logs('immune')
  await daemon.active('other')
  const [slow = 0] = await daemon.pids('slow')
  await daemon.call('stop', { name: 'slow' })
  await daemon.event('watcher.slow.kill')
  const { code } = await daemon.quit()
  assert.equal(code, 0)
  assert.equal(isAlive(slow), false)
  assert.match(daemon.output, /other stopped/)
})

test('a program that crashes as soon as it runs is tried with growing pauses', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:crash]\ncmd = sh -c 'exit 3'\nready = none\nbackoff = 10m..10m\n`,
  )
  // The first death of one that was ready is no reason to wait yet.
  for (const times of [1, 2]) await daemon.logs('exited with code 3', times)
  const { slots } = await daemon.call('status', { name: 'crash' })
  const [slot] = slots as { state: string; next_try: number }[]
  assert.equal(slot?.state, 'waiting')
  assert.ok(slot.next_try > 0)
})

test('numprocesses = 0 is the same state after a start as after a decr', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:none]\n${SLEEPER}numprocesses = 0\n[watcher:one]\n${SLEEPER}`,
  )
  await daemon.active('none')
  await daemon.active('one')
  await daemon.call('decr', { name: 'one', waiting: true })
  assert.deepEqual((await daemon.call('status'))['statuses'], { none: 'active', one: 'active' })
  for (const name of ['none', 'one']) {
    await daemon.call('stop', { name, waiting: true })
    await daemon.start(name)
    assert.deepEqual(await daemon.pids(name), [])
    await daemon.call('incr', { name, waiting: true })
    assert.equal((await daemon.pids(name)).length, 1)
  }
  assert.deepEqual((await daemon.call('status'))['statuses'], { none: 'active', one: 'active' })
})

test('runners drain when circusd was killed: nothing is left, and the port is free', async () => {
  await using daemon = await DaemonUnderTest.start(WEB_INI, { 'app.mjs': answersWith('one') })
  await daemon.active()
  const pids = await daemon.pids()
  const port = await daemon.port()
  daemon.child.kill('SIGKILL')
  await daemon.ended
  await daemon.eventually(() => (pids.some(isAlive) ? undefined : true), 'the end of the workers')
  await assert.rejects(ask(port), { code: 'ECONNREFUSED' })
})

test('a limit that cannot be set stops its own watcher, and those after it are started', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:bad]\n${SLEEPER}priority = 9\nrlimit_nofile = 999999999999\n[watcher:good]\n${SLEEPER}`,
  )
  await daemon.logs('cannot set rlimit_nofile')
  await daemon.active('good')
  assert.equal((await daemon.call('status', { name: 'good' }))['status'], 'active')
})

test('a watcher whose processes have all ended can be started again at once', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:job]\ncmd = sh -c 'exit 0'\nready = none\nrespawn = false\nautostart = false\n`,
  )
  for (let run = 1; run <= 3; run += 1) {
    await daemon.call('start', { name: 'job' })
    await daemon.eventTimes('watcher.job.stop', run)
  }
  await daemon.eventTimes('watcher.job.spawn', 3)
})

test('stop supersedes what runs on its watcher, and who waited for that is told', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:slow]\ncmd = sleep 1000\nready = delay:600\nready_timeout = 900\nautostart = false\n`,
  )
  const start = daemon.call('start', { name: 'slow', waiting: true })
  await daemon.event('watcher.slow.spawn')
  assert.equal((await daemon.call('stop', { name: 'slow', waiting: true }))['status'], 'ok')
  assert.match(String((await start)['reason']), /superseded by stop/)
})
