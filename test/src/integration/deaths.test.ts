import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answersWith, WEB_INI } from './apps.ts'
import { DaemonUnderTest, isAlive } from './daemon-under-test.ts'
import { Crowd } from './http-client.ts'

/** Ignores the polite signal: only SIGKILL ends it. */
const IMMUNE = `process.on('SIGTERM', () => {})\nconsole.log('immune')\nsetInterval(() => {}, 60_000)\n`

test('a worker killed under load is back at once, and only its own connections failed', async () => {
  await using daemon = await DaemonUnderTest.start(WEB_INI, { 'app.mjs': answersWith('one') })
  await daemon.active()
  const crowd = new Crowd(await daemon.port(), 20, 0)
  await crowd.more(200)
  const [victim = 0, survivor] = await daemon.pids()
  process.kill(victim, 'SIGKILL')
  const { exit_code } = await daemon.event(
    'watcher.web.reap',
    ({ process_pid }) => process_pid === victim,
  )
  assert.equal(exit_code, -9)
  await daemon.event('watcher.web.spawn', ({ process_pid }) => {
    return process_pid !== victim && process_pid !== survivor
  })
  await crowd.more(200)
  await crowd.stop()
  // Each of the 20 clients has one connection, and one request at a time on it.
  assert.ok(crowd.failures.length <= 20, `${crowd.failures.length} requests failed`)
  assert.deepEqual(
    crowd.failures.filter((code) => code !== 'ECONNRESET'),
    [],
  )
})

test('while one watcher takes minutes to stop, commands are answered and others respawn', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:slow]\ncmd = node immune.mjs\ngraceful_timeout = 600\n[watcher:other]\ncmd = sleep 1000\n`,
    { 'immune.mjs': IMMUNE },
  )
  await daemon.logs('immune')
  await daemon.active('other')
  const [slow = 0] = await daemon.pids('slow')
  assert.equal((await daemon.call('stop', { name: 'slow' }))['status'], 'ok')
  await daemon.event('watcher.slow.kill')
  const { statuses } = await daemon.call('status')
  assert.deepEqual(statuses, { other: 'active', slow: 'stopping' })
  const [victim = 0] = await daemon.pids('other')
  process.kill(victim, 'SIGKILL')
  await daemon.event('watcher.other.spawn', ({ process_pid }) => process_pid !== victim)
  assert.equal((await daemon.call('incr', { name: 'other', waiting: true }))['numprocesses'], 2)
  assert.ok(isAlive(slow))
})

test('SIGKILL follows when graceful_timeout is over', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:slow]\ncmd = node immune.mjs\ngraceful_timeout = 0.2\n`,
    { 'immune.mjs': IMMUNE },
  )
  await daemon.logs('immune')
  const [pid = 0] = await daemon.pids('slow')
  assert.equal((await daemon.call('stop', { name: 'slow', waiting: true }))['status'], 'ok')
  assert.equal(isAlive(pid), false)
  const { exit_code } = await daemon.event('watcher.slow.reap')
  assert.equal(exit_code, -9)
})

test('children that a process leaves behind in its group end with it', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:parent]\ncmd = sh -c 'sleep 1000 & echo child $!; wait'\n`,
  )
  await daemon.logs('child ')
  const child = Number(/child (\d+)/.exec(daemon.output)?.[1])
  assert.ok(isAlive(child))
  await daemon.call('stop', { name: 'parent', waiting: true })
  await daemon.eventually(() => (isAlive(child) ? undefined : true), 'the end of the child')
})

test('a second SIGTERM hurries, a third one kills', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:slow]\ncmd = node immune.mjs\ngraceful_timeout = 600\n`,
    { 'immune.mjs': IMMUNE },
  )
  await daemon.logs('immune')
  const [pid = 0] = await daemon.pids('slow')
  for (let wish = 1; wish <= 2; wish += 1) {
    daemon.child.kill('SIGTERM')
    await daemon.logs('Got signal SIG_TERM', wish)
  }
  const { code } = await daemon.quit('SIGTERM')
  assert.equal(code, 0)
  assert.equal(isAlive(pid), false)
})

test('a grandchild in a session of its own which holds the output pipe is ended, too', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:forker]\ncmd = sh -c 'setsid sleep 1000 2>/dev/null & echo away $!; exec sleep 1000'\nstdout_stream.filename = out.log\n`,
  )
  await daemon.active('forker')
  const away = await daemon.eventually(
    () => /away (\d+)/.exec(daemon.read('out.log'))?.[1],
    'the pid of the grandchild',
  )
  const { code } = await daemon.quit()
  assert.equal(code, 0)
  assert.equal(isAlive(Number(away)), false)
})

test('two SIGHUPs in a row are two reloads, one after the other', async () => {
  await using daemon = await DaemonUnderTest.start(WEB_INI, { 'app.mjs': answersWith('one') })
  await daemon.active()
  daemon.child.kill('SIGHUP')
  await daemon.logs('Got signal SIG_HUP')
  daemon.child.kill('SIGHUP')
  await daemon.logs('web reloaded', 2)
  assert.equal((await daemon.pids()).length, 2)
})
