import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeWorld } from './fake-world.ts'

test('a process that dies after it was ready is replaced at once, in its slot', () => {
  const world = FakeWorld.up({ numprocesses: 2 })
  world.advance(10_000)
  world.exit(1000, -9)
  assert.deepEqual(world.pids(), [1001, 1002])
  assert.equal(world.processes()[1]?.wid, 1)
  assert.deepEqual(world.announced(), ['reap 1000 -9', 'spawn 1002'])
})

test('deaths before ready are followed by pauses that double', () => {
  const world = new FakeWorld({ maxRetry: -1, backoff: { minMs: 1_000, maxMs: 4_000 } })
  world.command('start')
  for (const pause of [1_000, 2_000, 4_000, 4_000]) {
    const [pid] = world.pids()
    world.exit(pid ?? 0, 1)
    world.advance(pause - 1)
    assert.deepEqual(world.pids(), [])
    world.advance(1)
    assert.equal(world.pids().length, 1)
  }
})

test('chance shortens a pause by a quarter at most', () => {
  const world = new FakeWorld({ maxRetry: -1 })
  world.chance = 0.999_999
  world.command('start')
  world.exit(1000, 1)
  world.advance(749)
  assert.deepEqual(world.pids(), [])
  world.advance(2)
  assert.deepEqual(world.pids(), [1001])
})

test('a watcher all of whose slots died max_retry times before ready stops, and its start says why', () => {
  const world = new FakeWorld({ maxRetry: 2 })
  const job = world.command('start')
  world.exit(1000, 1)
  world.advance(1_000)
  world.exit(1001, 3)
  assert.equal(world.watcher().is, 'stopped')
  assert.equal(
    world.failure(job),
    '0 of 1 processes run: process 1001 exited with code 3 before it was ready',
  )
  assert.deepEqual(world.announced().at(-1), 'stop web')
})

test('a slot that is given up does not stop the healthy ones', () => {
  const world = FakeWorld.up({ numprocesses: 2, maxRetry: 1 })
  world.advance(10_000)
  world.exit(1000, 1)
  world.exit(1002, 1)
  world.advance(1_000_000)
  assert.deepEqual(world.pids(), [1001])
  assert.equal(world.watcher().is, 'active')
})

test('start tries the slots again that were given up', () => {
  const world = FakeWorld.up({ numprocesses: 2, maxRetry: 1 })
  world.advance(10_000)
  world.exit(1000, 1)
  world.exit(1002, 1)
  const job = world.command('start')
  assert.deepEqual(world.pids(), [1001, 1003])
  world.allReady()
  assert.deepEqual(world.outcome(job), { ok: true, result: { started: [1003], kept: [1001] } })
})

test('becoming ready ends the row of failures', () => {
  const world = new FakeWorld({ maxRetry: 2 })
  world.command('start')
  world.exit(1000, 1)
  world.advance(1_000)
  world.ready(1001)
  world.advance(10_000)
  world.exit(1001, 1)
  world.exit(1002, 1)
  world.advance(1_000)
  assert.deepEqual(world.pids(), [1003])
})

test('a program that is missing ends the first start at once', () => {
  const world = new FakeWorld({ numprocesses: 2 })
  world.spawnAnswer = { type: 'spawnFailed', reason: 'program "x" not found', permanent: true }
  const job = world.command('start')
  assert.equal(world.watcher().is, 'stopped')
  assert.equal(world.failure(job), '0 of 2 processes run: program "x" not found')
})

test('a program that goes missing under an active watcher is tried again', () => {
  const world = FakeWorld.up({ numprocesses: 1 })
  world.advance(10_000)
  world.spawnAnswer = { type: 'spawnFailed', reason: 'program "x" not found', permanent: true }
  world.exit(1000, 1)
  world.spawnAnswer = { type: 'spawned' }
  world.advance(1_000)
  assert.deepEqual(world.pids(), [1001])
})

test('quick deaths after ready are paced, but never given up', () => {
  const world = FakeWorld.up({ maxRetry: 1 })
  const pauses: number[] = []
  for (let round = 0; round < 5; round += 1) {
    const died = world.now
    world.exit(world.pids()[0] ?? 0, 1)
    while (world.pids().length === 0) world.advance(100)
    pauses.push(world.now - died)
    world.allReady()
  }
  assert.deepEqual(pauses, [0, 1_000, 2_000, 4_000, 8_000])
})

test('a program that ends well and fast is run again once a second', () => {
  const world = FakeWorld.up({})
  world.exit(1000, 0)
  world.advance(999)
  assert.deepEqual(world.pids(), [])
  world.advance(1)
  assert.deepEqual(world.pids(), [1001])
})

test('respawn = false: ended processes are not replaced, the last one stops the watcher', () => {
  const world = FakeWorld.up({ numprocesses: 2, respawn: false })
  world.exit(1000, 0)
  assert.deepEqual(world.pids(), [1001])
  world.exit(1001, 0)
  assert.equal(world.watcher().is, 'stopped')
  assert.equal(world.announced().at(-1), 'stop web')
})

test('respawn = false: start spawns those who are missing', () => {
  const world = FakeWorld.up({ numprocesses: 2, respawn: false })
  world.exit(1000, 0)
  world.command('start')
  assert.deepEqual(world.pids(), [1001, 1002])
})
