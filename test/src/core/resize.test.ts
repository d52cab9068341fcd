import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeWorld } from './fake-world.ts'

test('more processes: the job ends when they are ready', () => {
  const world = FakeWorld.up({ numprocesses: 1 })
  const job = world.resize(3)
  assert.deepEqual(world.pids(), [1000, 1001, 1002])
  assert.equal(world.outcome(job), undefined)
  world.allReady()
  assert.deepEqual(world.outcome(job), { ok: true, result: { numprocesses: 3 } })
})

test('fewer processes: the oldest ones go', () => {
  const world = FakeWorld.up({ numprocesses: 3 })
  const job = world.resize(1)
  assert.deepEqual(world.pids('web', 'stopping'), [1000, 1001])
  world.allDrained()
  assert.deepEqual(world.outcome(job), { ok: true, result: { numprocesses: 1 } })
})

test('fewer processes: whoever is not ready goes before anybody who serves', () => {
  const world = FakeWorld.up({ numprocesses: 2 })
  world.resize(3)
  world.resize(2)
  assert.deepEqual(world.pids('web', 'ready'), [1000, 1001])
})

test('the number has a floor of 0 and a singleton a ceiling of 1', () => {
  const world = FakeWorld.up({ numprocesses: 1 }, { name: 'one', singleton: true })
  world.resize(-3)
  assert.equal(world.watcher().policy.numprocesses, 0)
  world.resize(5, 'one')
  assert.equal(world.watcher('one').policy.numprocesses, 1)
})

test('on a stopped watcher only the number changes', () => {
  const world = new FakeWorld({})
  const job = world.resize(4)
  assert.deepEqual(world.outcome(job), { ok: true, result: { numprocesses: 4 } })
  assert.deepEqual(world.pids(), [])
  world.command('start')
  assert.equal(world.pids().length, 4)
})

test('a wid that a draining process still has is not given to a new one', () => {
  const world = FakeWorld.up({ numprocesses: 2 })
  world.resize(1)
  world.resize(2)
  assert.deepEqual(
    world.processes().map(({ wid }) => wid),
    [1, 2, 3],
  )
})

test('two steps in one turn add up, whether or not the first one is done', () => {
  const world = FakeWorld.up({ numprocesses: 1 })
  const first = world.resizeBy(1)
  const second = world.resizeBy(1)
  assert.equal(world.pids().length, 3)
  world.allReady()
  assert.deepEqual(world.outcome(first), { ok: true, result: { numprocesses: 3 } })
  assert.deepEqual(world.outcome(second), { ok: true, result: { numprocesses: 3 } })
})

test('a step up and a step down in one turn are no change', () => {
  const world = FakeWorld.up({ numprocesses: 2 })
  world.spawnAnswer = { type: 'held' }
  world.resizeBy(1)
  world.resizeBy(-1)
  world.answerSpawns()
  world.allDrained()
  assert.deepEqual(world.pids('web', 'ready'), [1000, 1001])
})

test('a step is counted from the number that is wanted, not from those who are alive', () => {
  const world = FakeWorld.up({ numprocesses: 3 })
  world.resize(1)
  world.resizeBy(1)
  assert.equal(world.watcher().policy.numprocesses, 2)
})

test('steps have the floor of 0 and the ceiling of a singleton, too', () => {
  const world = FakeWorld.up({ numprocesses: 1 }, { name: 'one', singleton: true })
  world.resizeBy(-3)
  world.resizeBy(1)
  assert.equal(world.watcher().policy.numprocesses, 1)
  world.resizeBy(1, 'one')
  assert.equal(world.watcher('one').policy.numprocesses, 1)
})
