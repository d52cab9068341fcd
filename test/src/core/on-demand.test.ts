import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WatcherPolicy } from '../../../supervisor/dist/core/policy.js'
import { FakeWorld } from './fake-world.ts'

/** A watcher that waits for its first connection. */
function asleep(policy: Partial<WatcherPolicy> = {}): FakeWorld {
  const world = new FakeWorld({ onDemand: true, ...policy })
  world.bulk('start')
  return world
}

/** The same, woken and ready. */
function woken(policy: Partial<WatcherPolicy> = {}): FakeWorld {
  const world = asleep(policy)
  world.connect()
  world.allReady()
  return world
}

test('a start of all does not start it, but looks for connections from then on', () => {
  const world = new FakeWorld({ onDemand: true })
  assert.deepEqual(world.demands(), [])
  const job = world.bulk('start')
  assert.deepEqual(world.demands(), ['awaitDemand web'])
  assert.deepEqual(world.outcome(job), { ok: true, result: {} })
  world.advance(1_000_000)
  assert.equal(world.watcher().is, 'stopped')
  assert.deepEqual(world.pids(), [])
})

test('the first connection starts all of its processes', () => {
  const world = asleep({ numprocesses: 2 })
  world.connect()
  assert.deepEqual(world.pids(), [1000, 1001])
  assert.ok(world.logged().includes('web: a connection waits'))
  world.allReady()
  assert.equal(world.watcher().is, 'active')
})

test('the connection is looked for once: while it runs, others are its own matter', () => {
  const world = woken()
  world.connect()
  assert.deepEqual(world.pids(), [1000])
  assert.deepEqual(world.demands(), ['awaitDemand web'])
})

test('when its last process has ended it sleeps again, and the next connection wakes it', () => {
  const world = woken({ numprocesses: 2 })
  world.advance(10_000)
  world.exit(1000, 0)
  assert.deepEqual(world.pids(), [1001], 'nobody is replaced')
  assert.deepEqual(world.demands(), ['awaitDemand web'])
  world.exit(1001, 0)
  assert.equal(world.watcher().is, 'stopped')
  assert.deepEqual(world.demands(), ['awaitDemand web', 'awaitDemand web'])
  world.connect()
  assert.deepEqual(world.pids(), [1002, 1003])
})

test('each waking is a new generation', () => {
  const world = woken()
  world.advance(10_000)
  world.exit(1000)
  world.connect()
  assert.deepEqual(
    world.processes().map(({ generation }) => generation),
    [2],
  )
})

test('a process that crashes as soon as it was woken makes the next connection wait, longer each time', () => {
  const world = asleep({ backoff: { minMs: 1_000, maxMs: 4_000 } })
  for (const pause of [1_000, 2_000, 4_000, 4_000]) {
    world.connect()
    world.allReady()
    world.exit(world.pids()[0] ?? 0, 1)
    const looked = world.demands().length
    world.advance(pause - 1)
    assert.equal(world.demands().length, looked)
    world.advance(1)
    assert.equal(world.demands().length, looked + 1)
  }
})

test('a process that has done its work at once is woken by the next connection after a moment', () => {
  const world = woken()
  world.exit(1000, 0)
  assert.equal(world.demands().length, 1)
  world.advance(20)
  assert.equal(world.demands().length, 2)
})

test('a program that has done its work before it was seen to be ready has not failed', () => {
  const world = asleep()
  world.connect()
  world.exit(1000, 0)
  assert.equal(world.watcher().is, 'stopped')
  world.advance(20)
  assert.equal(world.demands().length, 2)
})

test('a process that lived for a while ends the row of quick crashes', () => {
  const world = woken()
  world.exit(1000, 1)
  world.advance(1_000)
  world.connect()
  world.allReady()
  world.advance(10_000)
  world.exit(1001, 0)
  assert.equal(world.demands().length, 3)
  world.connect()
  world.allReady()
  world.exit(1002, 1)
  world.advance(1_000)
  assert.equal(world.demands().length, 4)
})

test('a stop and a start forget the quick ends', () => {
  const world = woken()
  world.exit(1000, 0)
  world.command('stop')
  world.bulk('start')
  world.connect()
  world.allReady()
  world.exit(1001, 0)
  const looked = world.demands().length
  world.advance(1_000)
  assert.equal(world.demands().length, looked + 1)
})

test('a connection that is told while it waits because of a quick end does not wake it', () => {
  const world = woken()
  world.exit(1000, 0)
  world.connect()
  assert.deepEqual(world.pids(), [])
})

test('an explicit start starts it without a connection', () => {
  const world = new FakeWorld({ onDemand: true })
  const job = world.command('start')
  world.allReady()
  assert.deepEqual(world.outcome(job), { ok: true, result: { started: [1000], kept: [] } })
  world.advance(10_000)
  world.exit(1000)
  assert.deepEqual(world.demands(), ['awaitDemand web'])
})

test('an explicit start of several starts it too', () => {
  const world = new FakeWorld({ onDemand: true }, { name: 'db' })
  world.bulkOf('start', 'web', 'db')
  assert.equal(world.pids('web').length, 1)
})

test('an explicit start of one that sleeps ends its sleep', () => {
  const world = asleep()
  world.command('start')
  assert.deepEqual(world.demands(), ['awaitDemand web', 'ignoreDemand web'])
  world.connect()
  assert.deepEqual(world.pids(), [1000])
})

test('a start of all leaves one alone that runs', () => {
  const world = woken()
  world.bulk('start')
  assert.equal(world.watcher().is, 'active')
  world.resize(2)
  assert.deepEqual(world.pids(), [1000, 1001])
})

test('a stop ends its sleep, and a connection that was on its way comes too late', () => {
  const world = asleep()
  const job = world.command('stop')
  assert.equal(world.outcome(job)?.ok, true)
  assert.deepEqual(world.demands(), ['awaitDemand web', 'ignoreDemand web'])
  world.connect()
  assert.deepEqual(world.pids(), [])
})

test('one that was stopped while it ran does not sleep: nothing wakes it', () => {
  const world = woken()
  world.command('stop')
  world.allDrained()
  world.connect()
  assert.deepEqual(world.pids(), [])
  assert.deepEqual(world.demands(), ['awaitDemand web'])
})

test('a start of all during its stop puts it to sleep when it has stopped', () => {
  const world = woken()
  world.command('stop')
  world.bulk('start')
  assert.deepEqual(world.demands(), ['awaitDemand web'])
  world.allDrained()
  assert.deepEqual(world.demands(), ['awaitDemand web', 'awaitDemand web'])
})

test('a restart of all stops it and puts it to sleep', () => {
  const world = woken()
  const job = world.bulk('restart')
  world.allDrained()
  assert.equal(world.outcome(job)?.ok, true)
  assert.equal(world.watcher().is, 'stopped')
  assert.deepEqual(world.demands(), ['awaitDemand web', 'awaitDemand web'])
})

test('one that was given up sleeps, and is tried again by a connection after a pause', () => {
  const world = asleep({ maxRetry: 1, backoff: { minMs: 1_000, maxMs: 4_000 } })
  world.connect()
  world.exit(1000, 1)
  assert.equal(world.watcher().is, 'stopped')
  world.advance(999)
  assert.deepEqual(world.demands(), ['awaitDemand web'])
  world.advance(1)
  assert.deepEqual(world.demands(), ['awaitDemand web', 'awaitDemand web'])
})

test('a hook that refuses the waking makes the next connection wait, longer each time', () => {
  const world = new FakeWorld({ onDemand: true, gates: ['before_start'] })
  world.hookAnswer = 'refuse'
  world.bulk('start')
  for (const pause of [1_000, 2_000]) {
    world.connect()
    assert.equal(world.watcher().is, 'stopped')
    const looked = world.demands().length
    world.advance(pause - 1)
    assert.equal(world.demands().length, looked)
    world.advance(1)
    assert.equal(world.demands().length, looked + 1)
  }
})

test('another number of processes does not wake it', () => {
  const world = asleep()
  world.resize(3)
  assert.deepEqual(world.pids(), [])
  world.connect()
  assert.equal(world.pids().length, 3)
})

test('before_stop: it looks for connections when it has stopped, hook and all', () => {
  const world = woken({ gates: ['before_stop'] })
  world.advance(10_000)
  world.hookAnswer = 'hold'
  world.exit(1000, 0)
  assert.equal(world.demands().length, 1)
  world.answerHook('before_stop', true)
  assert.equal(world.demands().length, 2)
})

test('quit ends its sleep', () => {
  const world = asleep()
  world.quit()
  assert.deepEqual(world.demands(), ['awaitDemand web', 'ignoreDemand web'])
  assert.equal(world.exitCode(), 0)
})

test('a sleeping watcher wants no ticks', () => {
  const world = asleep()
  const before = world.effects.length
  world.advance(1_000_000)
  assert.equal(world.effects.length, before)
})

test('respawn = false: a program that dies before it is ready makes the next connection wait too', () => {
  const world = asleep({ respawn: false })
  world.connect()
  world.exit(1000, 1)
  assert.deepEqual(world.demands(), ['awaitDemand web'])
  world.advance(1_000)
  assert.deepEqual(world.demands(), ['awaitDemand web', 'awaitDemand web'])
})

test('a reload of all leaves a sleeping one asleep, as in Circus', () => {
  const world = asleep()
  const job = world.bulk('reload')
  assert.deepEqual(world.pids(), [])
  assert.equal(world.outcome(job)?.ok, true)
  world.connect()
  assert.deepEqual(world.pids(), [1000])
})

test('an operator’s stop stays a stop when a hook refuses a process meanwhile', () => {
  const world = new FakeWorld({ onDemand: true, gates: ['after_spawn', 'before_stop'] })
  world.hookAnswer = 'hold'
  world.command('start')
  world.command('stop')
  world.answerHook('after_spawn', false)
  world.answerHook('before_stop', true)
  world.allDrained()
  world.advance(100_000)
  assert.deepEqual(world.demands(), [])
})
