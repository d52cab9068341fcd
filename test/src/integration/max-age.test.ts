import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answersWith, WEB_INI } from './apps.ts'
import { DaemonUnderTest } from './daemon-under-test.ts'
import { Crowd } from './http-client.ts'

const AGING_INI = WEB_INI.replace('use_sockets', 'max_age = 1\nmax_age_variance = 0.5\nuse_sockets')

test('processes that are too old are replaced, successors first, and no request fails', async () => {
  await using daemon = await DaemonUnderTest.start(AGING_INI, { 'app.mjs': answersWith('one') })
  await daemon.active()
  const born = await daemon.pids()
  const crowd = new Crowd(await daemon.port(), 10, 2)
  const spawned = new Set(born)
  for (let successor = 1; successor <= 4; successor += 1) {
    const { process_pid = 0 } = await daemon.event(
      'watcher.web.spawn',
      ({ process_pid = 0 }) => !spawned.has(process_pid),
    )
    spawned.add(process_pid)
  }
  for (const pid of born)
    await daemon.event('watcher.web.reap', ({ process_pid }) => process_pid === pid)
  await crowd.stop()
  assert.deepEqual(crowd.failures, [])
  assert.ok(crowd.answered > 0)
  assert.deepEqual(await daemon.pids().then((pids) => pids.filter((pid) => born.includes(pid))), [])
  let alive = 0
  for (const { topic } of daemon.events) {
    if (topic === 'watcher.web.spawn') alive += 1
    // Whoever is told to stop has its successor by then.
    if (topic === 'watcher.web.kill') assert.ok(alive >= 3, `${alive} processes at a stop`)
    if (topic === 'watcher.web.reap') alive -= 1
  }
})

test('while no successor gets ready, the old process stays', async () => {
  await using daemon = await DaemonUnderTest.start(
    '[watcher:one]\ncmd = sh run.sh\nready = delay:0.3\nmax_age = 2\nmax_age_variance = 0\nbackoff = 50ms..100ms\n',
    { 'run.sh': 'exec sleep 1000\n' },
  )
  await daemon.active('one')
  const before = await daemon.pids('one')
  daemon.write('run.sh', 'exit 3\n')
  await daemon.logs('exited with code 3 before it was ready', 3)
  assert.deepEqual((await daemon.pids('one')).slice(0, 1), before)
  daemon.write('run.sh', 'exec sleep 1000\n')
  await daemon.event('watcher.one.reap', ({ process_pid }) => process_pid === before[0])
})

test('a singleton that is too old ends before its successor begins', async () => {
  await using daemon = await DaemonUnderTest.start(
    '[watcher:one]\ncmd = sleep 1000\nsingleton = true\nready = none\nmax_age = 0.2\nmax_age_variance = 0\n',
  )
  const first = await daemon.event('watcher.one.spawn')
  await daemon.event('watcher.one.spawn', ({ process_pid }) => process_pid !== first.process_pid)
  const life = daemon.events
    .map(({ topic }) => topic)
    .filter((topic) => /spawn|reap/.test(topic))
    .slice(0, 3)
  assert.deepEqual(life, ['watcher.one.spawn', 'watcher.one.reap', 'watcher.one.spawn'])
})
