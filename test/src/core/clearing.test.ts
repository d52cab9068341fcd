import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WatcherPolicy } from '../../../supervisor/dist/core/policy.js'
import { FakeWorld } from './fake-world.ts'

/** Programs that leave something behind, which `clearAll` ends. */
function untidy(policy: Partial<WatcherPolicy> = {}): FakeWorld {
  const world = FakeWorld.up(policy)
  world.clearsAtOnce = false
  return world
}

test('a stop has ended when nobody is left of what the processes have started', () => {
  const world = untidy()
  const job = world.command('stop')
  world.exit(1000, 0)
  assert.equal(world.watcher().is, 'stopping')
  assert.equal(world.outcome(job), undefined)
  assert.equal(world.announced().at(-1), 'reap 1000 0')
  world.clearAll()
  assert.equal(world.watcher().is, 'stopped')
  assert.equal(world.outcome(job)?.ok, true)
  assert.equal(world.announced().at(-1), 'stop web')
})

test('a process that has ended is not signalled any more', () => {
  const world = untidy({ gracefulTimeoutMs: 2_000 })
  world.command('stop')
  world.exit(1000, 0)
  world.advance(100_000)
  assert.deepEqual(world.signals(), ['15 to 1000'])
})

test('a crash is followed by a respawn at once, though the tree is not cleared', () => {
  const world = untidy({ numprocesses: 2 })
  world.advance(10_000)
  world.exit(1000, 1)
  assert.deepEqual(world.pids(), [1001, 1002])
  world.clearAll()
  assert.equal(world.processes().length, 2)
})

test('a singleton waits until the tree is cleared', () => {
  const world = untidy({ singleton: true })
  world.advance(10_000)
  world.exit(1000, 1)
  assert.deepEqual(world.pids(), [])
  world.clearAll()
  assert.deepEqual(world.pids(), [1001])
})

test('a restart begins when everything is cleared', () => {
  const world = untidy({ numprocesses: 2 })
  world.command('restart')
  world.allDrained()
  assert.deepEqual(world.pids(), [])
  world.clearAll()
  assert.deepEqual(world.pids(), [1002, 1003])
})

test('a reload goes on to the next slot while the tree of an old process is being cleared', () => {
  const world = untidy({ numprocesses: 2, maxSurge: 1 })
  const job = world.command('reload')
  world.ready(1002)
  world.exit(1000, 0)
  assert.deepEqual(world.pids('web', 'starting'), [1003])
  world.ready(1003)
  world.exit(1001, 0)
  assert.equal(world.outcome(job), undefined)
  world.clearAll()
  assert.equal(world.outcome(job)?.ok, true)
})

test('fewer processes: the job ends when those who had to go are cleared', () => {
  const world = untidy({ numprocesses: 2 })
  const job = world.resize(1)
  world.allDrained()
  assert.equal(world.outcome(job), undefined)
  world.clearAll()
  assert.equal(world.outcome(job)?.ok, true)
})

test('respawn = false: the watcher stops when its last process is cleared', () => {
  const world = untidy({ respawn: false })
  world.exit(1000, 0)
  assert.ok(!world.announced().includes('stop web'))
  world.clearAll()
  assert.equal(world.watcher().is, 'stopped')
})

test('the daemon leaves when everything is cleared', () => {
  const world = untidy()
  world.quit()
  world.exit(1000, 0)
  assert.equal(world.exitCode(), undefined)
  world.clearAll()
  assert.equal(world.exitCode(), 0)
})

test('two processes of one slot may be clearing at the same time', () => {
  const world = untidy({ maxRetry: -1 })
  world.advance(10_000)
  world.exit(1000, 1)
  world.exit(1001, 1)
  world.advance(1_000)
  assert.deepEqual(world.pids(), [1002])
  const stop = world.command('stop')
  world.exit(1002)
  world.clearAll()
  assert.equal(world.outcome(stop)?.ok, true)
})

test('a start that has failed never was a start: the watcher is not active while it is cleared', () => {
  const world = new FakeWorld({ maxRetry: 1, gates: ['after_start'] })
  world.clearsAtOnce = false
  const job = world.command('start')
  world.exit(1000, 1)
  assert.notEqual(world.watcher().is, 'active')
  assert.deepEqual(world.calledHooks(), [])
  world.clearAll()
  assert.equal(world.watcher().is, 'stopped')
  assert.equal(world.outcome(job)?.ok, false)
  assert.deepEqual(world.announced(), ['spawn 1000', 'reap 1000 1', 'stop web'])
})
