import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeWorld } from './fake-world.ts'

test('a started watcher is active when each of its processes is ready', () => {
  const world = new FakeWorld({ numprocesses: 2 })
  const job = world.command('start')
  assert.deepEqual(world.pids(), [1000, 1001])
  world.ready(1000)
  assert.equal(world.watcher().is, 'starting')
  assert.equal(world.outcome(job), undefined)
  world.ready(1001)
  assert.equal(world.watcher().is, 'active')
  assert.deepEqual(world.outcome(job), { ok: true, result: { started: [1000, 1001], kept: [] } })
  assert.deepEqual(world.announced(), ['spawn 1000', 'spawn 1001', 'start web'])
})

test('processes get the wids 1..numprocesses', () => {
  const world = FakeWorld.up({ numprocesses: 3 })
  assert.deepEqual(
    world.processes().map(({ wid }) => wid),
    [1, 2, 3],
  )
})

test('warmup_delay is kept between two spawns', () => {
  const world = new FakeWorld({ numprocesses: 3, warmupDelayMs: 500 })
  world.command('start')
  assert.equal(world.pids().length, 1)
  world.advance(499)
  assert.equal(world.pids().length, 1)
  world.advance(1)
  assert.equal(world.pids().length, 2)
  world.advance(500)
  assert.equal(world.pids().length, 3)
})

test('starting an active watcher keeps its processes', () => {
  const world = FakeWorld.up({ numprocesses: 2 })
  const job = world.command('start')
  assert.deepEqual(world.outcome(job), { ok: true, result: { started: [], kept: [1000, 1001] } })
})

test('stop sends the stop signal to all at once and ends when all are gone', () => {
  const world = FakeWorld.up({ numprocesses: 2 })
  const job = world.command('stop')
  assert.deepEqual(world.signals(), ['15 to 1000', '15 to 1001'])
  assert.equal(world.watcher().is, 'stopping')
  world.exit(1000)
  assert.equal(world.outcome(job), undefined)
  world.exit(1001, -15)
  assert.equal(world.watcher().is, 'stopped')
  assert.deepEqual(world.outcome(job), { ok: true, result: {} })
  assert.deepEqual(world.announced(), [
    'kill 1000',
    'kill 1001',
    'reap 1000 0',
    'reap 1001 -15',
    'stop web',
  ])
})

test('a process that ignores the stop signal is killed after graceful_timeout, again and again', () => {
  const world = FakeWorld.up({ gracefulTimeoutMs: 2_000 })
  world.command('stop')
  world.advance(1_999)
  assert.deepEqual(world.signals(), ['15 to 1000'])
  world.advance(1)
  assert.deepEqual(world.signals(), ['15 to 1000', 'KILL tree 1000'])
  world.advance(5_000)
  assert.equal(world.signals().length, 3)
  world.exit(1000, -9)
  assert.equal(world.watcher().is, 'stopped')
})

test('graceful_timeout = 0 kills at once', () => {
  const world = FakeWorld.up({ gracefulTimeoutMs: 0 })
  world.command('stop')
  assert.deepEqual(world.signals(), ['15 to 1000', 'KILL tree 1000'])
})

test('what an ended process left in its process group is swept away', () => {
  const world = FakeWorld.up({})
  world.exit(1000, 1)
  assert.ok(world.effects.some((effect) => effect.type === 'sweep' && effect.pid === 1000))
})

test('a stopped watcher wants no more ticks', () => {
  const world = FakeWorld.up({})
  world.command('stop')
  world.allDrained()
  const before = world.effects.length
  world.advance(1_000_000)
  assert.equal(world.effects.length, before)
})

test('stop during start stops what was started, and the start has failed', () => {
  const world = new FakeWorld({ numprocesses: 2 })
  const start = world.command('start')
  const stop = world.command('stop')
  assert.equal(world.failure(start), 'superseded by stop')
  world.allDrained()
  assert.deepEqual(world.outcome(stop), { ok: true, result: {} })
  assert.equal(world.watcher().is, 'stopped')
})

test('start during stop waits for the stop, then starts', () => {
  const world = FakeWorld.up({})
  world.command('stop')
  const start = world.command('start')
  assert.deepEqual(world.pids(), [1000])
  world.exit(1000)
  world.allReady()
  assert.equal(world.watcher().is, 'active')
  assert.deepEqual(world.outcome(start), { ok: true, result: { started: [1001], kept: [] } })
})

test('stop after stop and start ends stopped; the start in between is superseded', () => {
  const world = FakeWorld.up({})
  const first = world.command('stop')
  const start = world.command('start')
  const second = world.command('stop')
  world.allDrained()
  assert.deepEqual(world.outcome(first), { ok: true, result: {} })
  assert.equal(world.failure(start), 'superseded by stop')
  assert.deepEqual(world.outcome(second), { ok: true, result: {} })
  assert.equal(world.watcher().is, 'stopped')
})

test('restart stops all, then starts as many new ones', () => {
  const world = FakeWorld.up({ numprocesses: 2 })
  const job = world.command('restart')
  world.exit(1000)
  assert.deepEqual(world.pids(), [1001])
  world.exit(1001)
  assert.deepEqual(world.pids(), [1002, 1003])
  world.allReady()
  assert.deepEqual(world.outcome(job), {
    ok: true,
    result: { started: [1002, 1003], stopped: [1000, 1001], kept: [] },
  })
  assert.ok(world.announced().includes('stop web'))
  assert.equal(world.announced().at(-1), 'start web')
})

test('restart of a stopped watcher starts it', () => {
  const world = new FakeWorld({})
  const job = world.command('restart')
  world.allReady()
  assert.deepEqual(world.outcome(job)?.ok, true)
})

test('a stop that comes before the spawn is confirmed stops the process as soon as it has a pid', () => {
  const world = new FakeWorld({})
  world.spawnAnswer = { type: 'held' }
  world.command('start')
  const stop = world.command('stop')
  assert.deepEqual(world.signals(), [])
  assert.equal(world.outcome(stop), undefined)
  world.answerSpawns()
  assert.deepEqual(world.signals(), ['15 to 1000'])
  world.exit(1000, -15)
  assert.equal(world.outcome(stop)?.ok, true)
})

test('numprocesses = 0 is an active watcher without processes', () => {
  const world = new FakeWorld({ numprocesses: 0 })
  const job = world.command('start')
  assert.equal(world.watcher().is, 'active')
  assert.equal(world.outcome(job)?.ok, true)
  assert.deepEqual(world.logged(), ['web started', 'web: numprocesses is 0, so nothing runs'])
})

test('a command for an unknown watcher fails', () => {
  const world = new FakeWorld({})
  const job = world.command('start', 'nope')
  assert.equal(world.failure(job), 'program nope not found')
})
