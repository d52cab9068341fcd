import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeWorld } from './fake-world.ts'

const three = [
  { name: 'low', priority: -1 },
  { name: 'mid', priority: 0 },
  { name: 'high', priority: 9 },
] as const

test('watchers are started by priority, each when the one before has its processes', () => {
  const world = new FakeWorld(...three)
  world.spawnAnswer = { type: 'held' }
  world.bulk('start')
  assert.deepEqual(world.spawned(), ['high'])
  world.answerSpawns()
  assert.deepEqual(world.spawned(), ['high', 'mid', 'low'])
})

test('a bulk start does not wait for the readiness of one watcher to begin the next', () => {
  const world = new FakeWorld(...three)
  const job = world.bulk('start')
  assert.equal(world.watcher('low').is, 'starting')
  assert.equal(world.outcome(job), undefined)
  for (const { name } of three) world.allReady(name)
  assert.deepEqual(world.outcome(job), { ok: true, result: {} })
})

test('the daemon-wide warmup_delay is kept between two watchers', () => {
  const world = new FakeWorld(...three)
  world.bulk('start', 2_000)
  world.advance(1_999)
  assert.equal(world.watcher('mid').is, 'stopped')
  world.advance(1)
  assert.equal(world.watcher('mid').is, 'starting')
  assert.equal(world.watcher('low').is, 'stopped')
  world.advance(2_000)
  assert.equal(world.watcher('low').is, 'starting')
})

test('one watcher that cannot start fails the job and stops nobody', () => {
  const world = new FakeWorld({ name: 'bad', priority: 1, maxRetry: 1 }, { name: 'good' })
  const job = world.bulk('start')
  world.exit(1000, 1)
  world.allReady('good')
  assert.equal(
    world.failure(job),
    'bad: 0 of 1 processes run: process 1000 exited with code 1 before it was ready',
  )
  assert.equal(world.watcher('good').is, 'active')
})

test('a bulk stop tells everybody at once, lowest priority first', () => {
  const world = FakeWorld.up(...three)
  const job = world.bulk('stop')
  assert.deepEqual(world.signals(), ['15 to 1002', '15 to 1001', '15 to 1000'])
  for (const { name } of three) world.allDrained(name)
  assert.equal(world.outcome(job)?.ok, true)
})

test('a bulk restart stops all, then starts all', () => {
  const world = FakeWorld.up(...three)
  const job = world.bulk('restart')
  world.allDrained('low')
  world.allDrained('mid')
  assert.deepEqual(world.pids('low'), [])
  world.allDrained('high')
  for (const { name } of three) {
    assert.equal(world.pids(name).length, 1)
    world.allReady(name)
  }
  assert.equal(world.outcome(job)?.ok, true)
})

test('a bulk reload goes one watcher after the other', () => {
  const world = FakeWorld.up(...three)
  const job = world.bulk('reload')
  assert.equal(world.pids('high').length, 2)
  assert.equal(world.pids('mid').length, 1)
  for (const { name } of three.toReversed()) {
    world.allReady(name)
    world.allDrained(name)
  }
  assert.equal(world.outcome(job)?.ok, true)
})

test('quit stops everything, then leaves', () => {
  const world = FakeWorld.up(...three)
  const job = world.quit()
  assert.ok(!world.effects.some(({ type }) => type === 'leave'))
  for (const { name } of three) world.allDrained(name)
  assert.deepEqual(world.outcome(job), { ok: true, result: {} })
  assert.deepEqual(world.effects.at(-1), { type: 'leave', exitCode: 0 })
})

test('quit with nothing running leaves at once', () => {
  const world = new FakeWorld({})
  world.quit()
  assert.deepEqual(world.effects.at(-1), { type: 'leave', exitCode: 0 })
})

test('a second quit repeats the stop signal and shortens the wait, a third one kills', () => {
  const world = FakeWorld.up({ gracefulTimeoutMs: 60_000 })
  world.quit()
  world.advance(1_000)
  world.quit()
  assert.deepEqual(world.signals(), ['15 to 1000', '15 to 1000'])
  world.advance(1_999)
  assert.equal(world.signals().length, 2)
  world.quit()
  assert.deepEqual(world.signals().at(-1), 'KILL tree 1000')
})

test('quit during a start of all stops what runs and begins nothing more', () => {
  const world = new FakeWorld(...three)
  const start = world.bulk('start', 5_000)
  world.quit()
  assert.equal(world.failure(start), 'superseded by quit')
  world.allDrained('high')
  world.advance(100_000)
  assert.deepEqual(world.effects.at(-1), { type: 'leave', exitCode: 0 })
})

test('commands are refused while the daemon stops', () => {
  const world = FakeWorld.up({})
  world.quit()
  assert.equal(world.failure(world.command('start')), 'the daemon is stopping')
})

test('watchers of one priority are started in the order in which they were added', () => {
  const world = new FakeWorld({ name: 'b' }, { name: 'a' }, { name: 'first', priority: 1 })
  assert.deepEqual(
    world.arbiter.watchers.map(({ policy }) => policy.name),
    ['first', 'b', 'a'],
  )
})

test('a stop of a watcher whose reload has not come ends that: it is not started by it', () => {
  const world = FakeWorld.up(...three)
  const reload = world.bulk('reload')
  world.command('stop', 'low')
  world.allDrained('low')
  for (const name of ['high', 'mid']) {
    world.allReady(name)
    world.allDrained(name)
  }
  assert.equal(world.failure(reload), 'low: superseded by stop')
  assert.equal(world.watcher('low').is, 'stopped')
})

test('a stop of a watcher while a restart of all still stops leaves it stopped, and fails the restart', () => {
  const world = FakeWorld.up(...three)
  const restart = world.bulk('restart')
  world.command('stop', 'low')
  for (const { name } of three) world.allDrained(name)
  for (const name of ['high', 'mid']) world.allReady(name)
  assert.equal(world.watcher('low').is, 'stopped')
  assert.equal(world.failure(restart), 'low: superseded by stop')
})
