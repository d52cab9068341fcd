import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answersWith, NEVER_READY, THROWS_AT_IMPORT, WEB_INI } from './apps.ts'
import { DaemonUnderTest } from './daemon-under-test.ts'
import { Crowd } from './http-client.ts'

test('five reloads under load lose no request and bring the new build', async () => {
  await using daemon = await DaemonUnderTest.start(WEB_INI, { 'app.mjs': answersWith('build-0') })
  await daemon.active()
  const crowd = new Crowd(await daemon.port(), 20, 4)
  await crowd.more(200)
  for (let round = 1; round <= 5; round += 1) {
    daemon.write('app.mjs', answersWith(`build-${round}`))
    const { code, stdout, stderr } = await daemon.ctl('reload', 'web')
    assert.equal(code, 0, stderr)
    assert.equal(stdout, 'ok\n')
    await crowd.more(50)
  }
  await crowd.stop()
  assert.deepEqual(crowd.failures, [])
  const builds = new Set(Array.from(crowd.bodies.keys(), (body) => body.split(' ')[0]))
  assert.deepEqual([...builds], ['build-0', 'build-1', 'build-2', 'build-3', 'build-4', 'build-5'])
})

test('a build that throws at import: the reload fails with the reason, the old workers never stop serving', async () => {
  await using daemon = await DaemonUnderTest.start(WEB_INI, { 'app.mjs': answersWith('good') })
  await daemon.active()
  const before = await daemon.pids()
  const crowd = new Crowd(await daemon.port(), 8, 2)
  await crowd.more(50)
  daemon.write('app.mjs', THROWS_AT_IMPORT)
  const { code, stderr } = await daemon.ctl('reload', 'web')
  await crowd.more(50)
  await crowd.stop()
  assert.equal(code, 3)
  assert.match(
    stderr,
    /^error: process \d+ exited with code 4 before it was ready; the reload is given up and 2 of 2 old processes keep serving\n$/,
  )
  assert.match(daemon.output, /this build is broken/)
  assert.deepEqual(crowd.failures, [])
  assert.deepEqual(await daemon.pids(), before)
  assert.equal((await daemon.call('status', { name: 'web' }))['status'], 'active')
})

test('a build that never gets ready: the same', async () => {
  await using daemon = await DaemonUnderTest.start(
    WEB_INI.replace('use_sockets', 'ready_timeout = 1\nuse_sockets'),
    { 'app.mjs': answersWith('good') },
  )
  await daemon.active()
  const before = await daemon.pids()
  const crowd = new Crowd(await daemon.port(), 8, 2)
  daemon.write('app.mjs', NEVER_READY)
  const { code, stderr } = await daemon.ctl('reload', 'web')
  await crowd.stop()
  assert.equal(code, 3)
  assert.match(stderr, /process \d+ did not get ready within 1 s \(ready_timeout\)/)
  assert.deepEqual(crowd.failures, [])
  assert.deepEqual((await daemon.pids()).slice(0, 2), before)
})

test('after a refused build a good one goes through', async () => {
  await using daemon = await DaemonUnderTest.start(WEB_INI, { 'app.mjs': answersWith('good') })
  await daemon.active()
  daemon.write('app.mjs', THROWS_AT_IMPORT)
  assert.equal((await daemon.ctl('reload', 'web')).code, 3)
  daemon.write('app.mjs', answersWith('better'))
  assert.equal((await daemon.ctl('reload', 'web')).code, 0)
})

test('SIGHUP reloads every running watcher', async () => {
  await using daemon = await DaemonUnderTest.start(WEB_INI, { 'app.mjs': answersWith('one') })
  await daemon.active()
  const before = await daemon.pids()
  daemon.child.kill('SIGHUP')
  await daemon.event('watcher.web.reload')
  const after = await daemon.pids()
  assert.equal(after.length, 2)
  assert.ok(after.every((pid) => !before.includes(pid)))
})
