import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeWorld } from './fake-world.ts'

test('a process that is too old is told to stop when its successor is ready, not before', () => {
  const world = FakeWorld.up({ maxAgeMs: 60_000 })
  world.advance(59_999)
  assert.deepEqual(world.pids(), [1000])
  world.advance(1)
  assert.deepEqual(world.pids(), [1000, 1001])
  assert.deepEqual(world.signals(), [])
  world.ready(1001)
  assert.deepEqual(world.signals(), ['15 to 1000'])
  world.exit(1000)
  assert.deepEqual(world.pids('web', 'ready'), [1001])
})

test('the successor has the wid of the process it replaces', () => {
  const world = FakeWorld.up({ numprocesses: 2, maxAgeMs: 60_000 })
  world.advance(60_000)
  assert.deepEqual(
    world.processes().map(({ wid }) => wid),
    [1, 2, 1],
  )
})

test('the successor grows old in its turn', () => {
  const world = FakeWorld.up({ maxAgeMs: 60_000 })
  world.advance(60_000)
  world.advance(5_000)
  world.allReady()
  world.allDrained()
  world.advance(54_999)
  assert.deepEqual(world.pids(), [1001])
  world.advance(1)
  assert.deepEqual(world.pids(), [1001, 1002])
})

test('max_age = 0: nobody is too old', () => {
  const world = FakeWorld.up({ maxAgeMs: 0 })
  world.advance(1_000_000_000)
  assert.deepEqual(world.pids(), [1000])
})

test('max_age_variance: chance at birth decides how much older a process may get', () => {
  const world = new FakeWorld({ numprocesses: 2, maxAgeMs: 60_000, maxAgeVarianceMs: 10_000 })
  world.spawnAnswer = { type: 'held' }
  world.chance = 0.5
  world.command('start')
  world.chance = 0
  world.answerSpawns()
  world.allReady()
  world.advance(64_999)
  assert.equal(world.pids().length, 2)
  world.advance(1)
  assert.equal(world.pids().length, 3)
})

test('processes with different lots are replaced at different times', () => {
  const world = new FakeWorld({
    numprocesses: 2,
    warmupDelayMs: 1,
    maxAgeMs: 60_000,
    maxAgeVarianceMs: 10_000,
  })
  world.chance = 0.9
  world.command('start')
  world.chance = 0.1
  world.advance(1)
  world.allReady()
  world.advance(61_000)
  assert.deepEqual(
    world.processes().map(({ wid }) => wid),
    [1, 2, 2],
  )
})

test('a successor that dies before it is ready leaves the old process in its place', () => {
  const world = FakeWorld.up({ maxAgeMs: 60_000, maxRetry: 1 })
  world.advance(60_000)
  world.exit(1001, 1)
  assert.deepEqual(world.signals(), [])
  assert.deepEqual(world.pids('web', 'ready'), [1000])
  assert.equal(world.watcher().is, 'active')
  assert.ok(world.logged().includes('web: process 1001 exited with code 1 before it was ready'))
})

test('a successor that never gets ready is stopped, and the old process stays', () => {
  const world = FakeWorld.up({ maxAgeMs: 60_000, readyTimeoutMs: 5_000 })
  world.advance(65_000)
  assert.deepEqual(world.signals(), ['15 to 1001'])
  world.allDrained()
  assert.deepEqual(world.pids('web', 'ready'), [1000])
})

test('after failing successors the next one is tried after pauses that double, for ever', () => {
  const world = FakeWorld.up({
    maxAgeMs: 60_000,
    maxRetry: 1,
    backoff: { minMs: 1_000, maxMs: 4_000 },
  })
  world.advance(60_000)
  for (const pause of [1_000, 2_000, 4_000, 4_000]) {
    world.exit(world.pids()[1] ?? 0, 1)
    world.advance(pause - 1)
    assert.deepEqual(world.pids(), [1000])
    world.advance(1)
    assert.equal(world.pids().length, 2)
  }
})

test('a successor that takes over ends the row of failures', () => {
  const world = FakeWorld.up({ maxAgeMs: 60_000 })
  world.advance(60_000)
  world.exit(1001, 1)
  world.advance(1_000)
  world.exit(1002, 1)
  world.advance(2_000)
  world.allReady()
  world.allDrained()
  world.advance(60_000)
  world.exit(world.pids()[1] ?? 0, 1)
  world.advance(1_000)
  assert.equal(world.pids().length, 2)
})

test('a successor that a hook refuses leaves the old process in its place and the watcher active', () => {
  const world = FakeWorld.up({ maxAgeMs: 60_000, gates: ['after_spawn'] })
  world.hookAnswer = 'refuse'
  world.advance(60_000)
  assert.deepEqual(world.signals(), ['15 to 1001'])
  world.allDrained()
  assert.equal(world.watcher().is, 'active')
  world.advance(999)
  assert.deepEqual(world.pids(), [1000])
  world.advance(1)
  assert.deepEqual(world.pids('web', 'stopping'), [1002], 'it is tried again')
})

test('the old process dies while its successor is starting: nobody else is spawned', () => {
  const world = FakeWorld.up({ maxAgeMs: 60_000 })
  world.advance(60_000)
  world.exit(1000, 1)
  world.advance(50_000)
  assert.deepEqual(world.pids(), [1001])
})

test('reload_batch processes are replaced at a time', () => {
  const world = FakeWorld.up({ numprocesses: 4, maxAgeMs: 60_000, reloadBatch: 2 })
  world.advance(60_000)
  assert.deepEqual(world.pids('web', 'starting'), [1004, 1005])
  world.ready(1005)
  assert.deepEqual(world.pids('web', 'stopping'), [1001], 'nobody waits for the other one')
  assert.deepEqual(world.pids('web', 'starting'), [1004, 1006])
})

test('max_surge bounds the processes that are too many, draining ones included', () => {
  const world = FakeWorld.up({ numprocesses: 3, maxAgeMs: 60_000, maxSurge: 1 })
  world.advance(60_000)
  assert.deepEqual(world.pids('web', 'starting'), [1003])
  world.ready(1003)
  assert.deepEqual(world.pids('web', 'starting'), [])
  world.exit(1000)
  assert.deepEqual(world.pids('web', 'starting'), [1004])
})

test('every process is replaced in the end', () => {
  const world = FakeWorld.up({ numprocesses: 3, maxAgeMs: 60_000 })
  world.advance(60_000)
  for (let round = 0; round < 3; round += 1) {
    world.allReady()
    world.allDrained()
  }
  assert.deepEqual(world.pids('web', 'ready'), [1003, 1004, 1005])
})

test('a singleton is never two processes: the old one goes first', () => {
  const world = FakeWorld.up({ singleton: true, maxAgeMs: 60_000 })
  world.advance(60_000)
  assert.deepEqual(world.pids(), [1000])
  assert.deepEqual(world.signals(), ['15 to 1000'])
  world.exit(1000)
  assert.deepEqual(world.pids(), [1001])
})

test('respawn = false: a process that is too old ends and is not replaced, the last one stops the watcher', () => {
  const world = FakeWorld.up({ numprocesses: 2, respawn: false, maxAgeMs: 60_000 })
  world.advance(60_000)
  assert.deepEqual(world.signals(), ['15 to 1000', '15 to 1001'])
  world.allDrained()
  assert.deepEqual(world.pids(), [])
  assert.equal(world.watcher().is, 'stopped')
})

test('nobody is replaced because of age while a reload replaces everybody', () => {
  const world = FakeWorld.up({ numprocesses: 2, maxAgeMs: 60_000 })
  world.advance(59_000)
  const job = world.command('reload')
  world.advance(10_000)
  assert.deepEqual(world.pids(), [1000, 1001, 1002])
  world.allReady()
  world.allDrained()
  assert.equal(world.outcome(job)?.ok, true)
  world.advance(40_000)
  assert.deepEqual(world.pids(), [1002, 1003])
})

test('after a failed reload those who are too old get their successors', () => {
  const world = FakeWorld.up({ maxAgeMs: 60_000 })
  world.advance(50_000)
  world.command('reload')
  world.advance(20_000)
  world.exit(1001, 1)
  world.advance(1_000)
  assert.deepEqual(world.pids(), [1000, 1002])
})

test('a reload that begins while a successor is starting replaces that one too', () => {
  const world = FakeWorld.up({ maxAgeMs: 60_000, maxSurge: 2, reloadBatch: 2 })
  world.advance(60_000)
  const job = world.command('reload')
  world.allReady()
  world.allDrained()
  assert.equal(world.outcome(job)?.ok, true)
  assert.deepEqual(
    world.processes().map(({ generation }) => generation),
    [2],
  )
})

test('stop during a replacement stops both', () => {
  const world = FakeWorld.up({ maxAgeMs: 60_000 })
  world.advance(60_000)
  world.command('stop')
  assert.deepEqual(world.signals(), ['15 to 1000', '15 to 1001'])
  world.allDrained()
  assert.equal(world.watcher().is, 'stopped')
})

test('a replacement is no reload: nothing is announced but the processes', () => {
  const world = FakeWorld.up({ maxAgeMs: 60_000 })
  world.advance(60_000)
  world.allReady()
  world.allDrained()
  assert.deepEqual(world.announced(), ['spawn 1001', 'kill 1000', 'reap 1000 0'])
})

test('a watcher one of whose slots keeps dying before it is ready still replaces the others', () => {
  const world = new FakeWorld({ numprocesses: 2, maxAgeMs: 60_000, maxRetry: -1 })
  world.command('start')
  world.ready(1000)
  while (world.now < 100_000) {
    const [broken] = world.processes().filter(({ wid, pid }) => wid === 2 && pid !== null)
    if (broken?.pid) world.exit(broken.pid, 1)
    world.advance(1_000)
  }
  assert.equal(world.processes().filter(({ wid }) => wid === 1).length, 2)
})
