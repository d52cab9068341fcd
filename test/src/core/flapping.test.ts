import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Flapping, WatcherPolicy } from '../../../supervisor/dist/core/policy.js'
import { FakeWorld } from './fake-world.ts'

/** Three deaths within two seconds are flapping, which is followed by a rest of seven. */
const rule: Flapping = { attempts: 3, windowMs: 2_000, retryInMs: 7_000, maxRetry: 2 }

function flappable(policy: Partial<WatcherPolicy> = {}): FakeWorld {
  return FakeWorld.up({ flapping: rule, ...policy })
}

/** The process in the slot dies, this long after the one before. Whoever comes after it is ready at once. */
function die(world: FakeWorld, afterMs: number, wid = 1): void {
  world.advance(afterMs)
  const pid = world.processes().find((one) => one.wid === wid && one.want === 'up')?.pid
  assert.ok(pid, `slot ${wid} has no process`)
  world.exit(pid, 1)
  world.allReady()
}

/** The slot flaps once. */
function flap(world: FakeWorld): void {
  for (let death = 0; death < rule.attempts; death += 1) die(world, 100)
}

test('fewer deaths than flapping.attempts are followed by a respawn at once', () => {
  const world = flappable()
  die(world, 100)
  assert.deepEqual(world.pids(), [1001])
  die(world, 100)
  assert.deepEqual(world.pids(), [1002])
})

test('flapping.attempts deaths within flapping.window: the slot rests for flapping.retry_in', () => {
  const world = flappable()
  flap(world)
  assert.deepEqual(world.pids(), [])
  assert.equal(world.watcher().is, 'active')
  world.advance(6_999)
  assert.deepEqual(world.pids(), [])
  world.advance(1)
  assert.equal(world.pids().length, 1)
})

test('a rest is logged', () => {
  const world = flappable()
  flap(world)
  assert.equal(
    world.logged().at(-1),
    'web: slot 1 is flapping: 3 deaths within 2 s; it rests for 7 s (flapping.retry_in)',
  )
})

test('the window counts from the first of the deaths to the last', () => {
  const exact = flappable()
  for (const afterMs of [100, 1_000, 1_000]) die(exact, afterMs)
  assert.deepEqual(exact.pids(), [])
  const longer = flappable()
  for (const afterMs of [100, 1_000, 1_001]) die(longer, afterMs)
  assert.equal(longer.pids().length, 1)
})

test('only the last deaths count', () => {
  const world = flappable()
  for (const afterMs of [100, 5_000, 500]) die(world, afterMs)
  assert.equal(world.pids().length, 1)
  die(world, 500)
  assert.equal(world.pids().length, 0)
})

test('one slot that flaps leaves the others alone, and their deaths are not its own', () => {
  const world = flappable({ numprocesses: 2 })
  die(world, 100, 1)
  die(world, 100, 2)
  die(world, 100, 1)
  assert.equal(world.pids().length, 2)
  die(world, 100, 1)
  assert.deepEqual(
    world.processes().map(({ wid }) => wid),
    [2],
  )
  assert.equal(world.watcher().is, 'active')
})

test('after a rest the slot must flap anew to rest again', () => {
  const world = flappable({ flapping: { ...rule, retryInMs: 500 } })
  flap(world)
  world.advance(500)
  world.allReady()
  die(world, 100)
  die(world, 100)
  assert.equal(world.pids().length, 1)
  die(world, 100)
  assert.equal(world.pids().length, 0)
})

test('after flapping.max_retry rests the slot is given up, and with its last one the watcher stops', () => {
  const world = flappable()
  for (let rest = 0; rest < rule.maxRetry; rest += 1) {
    flap(world)
    assert.equal(world.watcher().is, 'active')
    world.advance(7_000)
    world.allReady()
  }
  flap(world)
  assert.ok(
    world
      .logged()
      .includes(
        'web: slot 1 is flapping: 3 deaths within 2 s; it is given up after 2 rests (flapping.max_retry)',
      ),
  )
  assert.equal(world.watcher().is, 'stopped')
  world.advance(1_000_000)
  assert.deepEqual(world.pids(), [])
})

test('a slot that is given up leaves the others alone', () => {
  const world = flappable({ numprocesses: 2, flapping: { ...rule, maxRetry: 0 } })
  flap(world)
  world.advance(1_000_000)
  assert.equal(world.pids().length, 1)
  assert.equal(world.watcher().is, 'active')
})

test('flapping.max_retry = -1: it is never given up', () => {
  const world = flappable({ flapping: { ...rule, maxRetry: -1 } })
  for (let rest = 0; rest < 20; rest += 1) {
    flap(world)
    world.advance(7_000)
    world.allReady()
  }
  assert.equal(world.pids().length, 1)
})

test('a process that lives for longer than the window ends the row of rests', () => {
  const world = flappable()
  for (let round = 0; round < 6; round += 1) {
    die(world, 2_001)
    die(world, 100)
    die(world, 100)
    assert.deepEqual(world.pids(), [])
    world.advance(7_000)
    world.allReady()
  }
  assert.equal(world.watcher().is, 'active')
})

test('start wakes a slot that rests, and forgets its rests', () => {
  const world = flappable()
  for (let round = 0; round < 6; round += 1) {
    flap(world)
    assert.deepEqual(world.pids(), [])
    assert.equal(world.watcher().is, 'active')
    const job = world.command('start')
    world.allReady()
    assert.equal(world.outcome(job)?.ok, true)
  }
  assert.equal(world.watcher().is, 'active')
})

test('start forgets deaths', () => {
  const world = flappable()
  die(world, 100)
  die(world, 100)
  world.command('start')
  die(world, 100)
  assert.equal(world.pids().length, 1)
})

test('start tries a slot again that was given up, and forgets why', () => {
  const world = flappable({ flapping: { ...rule, maxRetry: 0 } })
  flap(world)
  assert.equal(world.watcher().is, 'stopped')
  world.command('start')
  world.allReady()
  die(world, 100)
  assert.equal(world.pids().length, 1)
})

test('a reload wakes a slot that rests', () => {
  const world = flappable()
  flap(world)
  const job = world.command('reload')
  world.allReady()
  assert.equal(world.outcome(job)?.ok, true)
})

test('a slot that rests waits for nothing when the watcher is stopped', () => {
  const world = flappable()
  flap(world)
  const job = world.command('stop')
  assert.equal(world.outcome(job)?.ok, true)
  world.advance(1_000_000)
  assert.deepEqual(world.pids(), [])
})

test('whom an operator or a reload stops does not count', () => {
  const world = flappable()
  for (let round = 0; round < 5; round += 1) {
    world.command('reload')
    world.allReady()
    world.allDrained()
    world.command('restart')
    world.allDrained()
    world.allReady()
  }
  assert.equal(world.watcher().is, 'active')
  die(world, 100)
  assert.equal(world.pids().length, 1)
})

test('deaths before ready are not flapping: max_retry counts them', () => {
  const world = new FakeWorld({ flapping: rule, maxRetry: -1 })
  world.command('start')
  for (let death = 0; death < 5; death += 1) {
    world.exit(world.pids()[0] ?? 0, 1)
    world.advance(60_000)
  }
  assert.ok(!world.logged().some((line) => line.includes('flapping')))
})

test('respawn = false: an end is an end', () => {
  const world = flappable({ respawn: false, flapping: { ...rule, attempts: 1 } })
  world.exit(1000, 1)
  assert.equal(world.watcher().is, 'stopped')
  assert.ok(!world.logged().some((line) => line.includes('flapping')))
})

test('flapping.attempts = 1: each death is flapping, as in Circus', () => {
  const world = flappable({ flapping: { ...rule, attempts: 1 } })
  die(world, 1_000_000)
  assert.deepEqual(world.pids(), [])
  world.advance(7_000)
  assert.equal(world.pids().length, 1)
})

test('an old process that flaps while its successor is starting does not take the slot from that', () => {
  const world = flappable({ flapping: { ...rule, attempts: 1, maxRetry: 0 }, numprocesses: 2 })
  const job = world.command('reload')
  world.exit(1000, 1)
  assert.equal(world.outcome(job), undefined)
  world.allReady()
  world.allDrained()
  world.allReady()
  world.allDrained()
  assert.equal(world.outcome(job)?.ok, true)
  assert.deepEqual(
    world.watcher().slots.map(({ is }) => is),
    ['open', 'open'],
  )
})
