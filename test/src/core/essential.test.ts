import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeWorld } from './fake-world.ts'

/** One that runs once: the daemon lives as long as it does. */
const once = { name: 'web', essential: true, respawn: false } as const
const other = { name: 'other' } as const

test('when it has stopped by itself all are stopped, then the daemon leaves', () => {
  const world = FakeWorld.up(once, other)
  world.exit(1000, 0)
  assert.deepEqual(world.signals(), ['15 to 1001'])
  assert.equal(world.exitCode(), undefined)
  world.allDrained('other')
  assert.equal(world.exitCode(), 0)
  assert.ok(
    world.logged().includes('web is essential and has ended: circusd stops with exit code 0'),
  )
})

test('the daemon leaves with the exit code of its program, or 128 and the number of the signal', () => {
  for (const [ended, left] of [
    [0, 0],
    [3, 3],
    [255, 255],
    [-9, 137],
    [-15, 143],
  ] as const) {
    const world = FakeWorld.up(once)
    world.exit(1000, ended)
    assert.equal(world.exitCode(), left, `ended with ${ended}`)
  }
})

test('the exit code is that of the process that ended last', () => {
  const world = FakeWorld.up({ ...once, numprocesses: 2 })
  world.exit(1001, 3)
  assert.equal(world.exitCode(), undefined)
  world.exit(1000, 4)
  assert.equal(world.exitCode(), 4)
})

test('how the others end does not matter', () => {
  const world = FakeWorld.up(once, other)
  world.exit(1000, 3)
  world.exit(1001, 7)
  assert.equal(world.exitCode(), 3)
})

test('a program that could not be run is exit code 127, as in a shell', () => {
  const world = new FakeWorld(once)
  world.spawnAnswer = { type: 'spawnFailed', reason: 'program "x" not found', permanent: true }
  const job = world.command('start')
  assert.equal(world.failure(job), '0 of 1 processes run: program "x" not found')
  assert.equal(world.exitCode(), 127)
})

test('a hook that refuses its start is exit code 127', () => {
  const world = new FakeWorld({ ...once, gates: ['before_start'] })
  world.hookAnswer = 'refuse'
  world.bulk('start')
  assert.equal(world.exitCode(), 127)
})

test('one that is respawned ends when it is given up, with the exit code of its last death', () => {
  const world = new FakeWorld({ ...once, respawn: true, maxRetry: 2 })
  world.command('start')
  world.exit(1000, 1)
  assert.equal(world.exitCode(), undefined)
  world.advance(1_000)
  world.exit(1001, 5)
  assert.equal(world.exitCode(), 5)
})

test('the exit code of an earlier run does not count', () => {
  const world = FakeWorld.up({ ...once, respawn: true })
  world.exit(1000, 3)
  world.command('stop')
  world.allDrained()
  world.spawnAnswer = { type: 'spawnFailed', reason: 'program "x" not found', permanent: true }
  world.command('start')
  assert.equal(world.exitCode(), 127)
})

test('an operator who stops, restarts or reloads it does not stop the daemon', () => {
  for (const kind of ['stop', 'restart', 'reload'] as const) {
    const world = FakeWorld.up({ ...once, respawn: true }, other)
    world.command(kind)
    world.allReady()
    world.allDrained()
    world.allReady()
    world.advance(10_000)
    assert.equal(world.watcher('other').is, 'active', kind)
    assert.equal(world.exitCode(), undefined, kind)
  }
})

test('a program that dies by itself while an operator’s stop waits for a hook was stopped', () => {
  const world = FakeWorld.up({ ...once, gates: ['before_stop'] }, other)
  world.hookAnswer = 'hold'
  world.command('stop')
  world.exit(1000, 3)
  world.answerHook('before_stop', true)
  assert.equal(world.watcher('web').is, 'stopped')
  assert.equal(world.watcher('other').is, 'active')
})

test('numprocesses = 0 is not an end', () => {
  const world = FakeWorld.up({ ...once, respawn: true }, other)
  world.resize(0)
  world.allDrained()
  assert.equal(world.watcher('other').is, 'active')
})

test('one that sleeps until its next connection has not ended', () => {
  const world = new FakeWorld({ ...once, onDemand: true }, other)
  world.bulk('start')
  world.connect()
  world.allReady()
  world.advance(10_000)
  world.exit(world.pids()[0] ?? 0, 0)
  assert.equal(world.watcher('web').want, 'demand')
  assert.equal(world.watcher('other').is, 'starting')
})

test('it ends while all start: whoever has not begun is not started', () => {
  const world = new FakeWorld({ ...once, priority: 9 }, other)
  const job = world.bulk('start', 5_000)
  world.exit(1000, 3)
  assert.equal(world.failure(job), 'superseded by quit')
  world.advance(100_000)
  assert.deepEqual(world.spawned(), ['web'])
  assert.equal(world.exitCode(), 3)
})

test('it ends while the daemon quits anyway: the exit code is 0', () => {
  const world = FakeWorld.up(once, other)
  world.quit()
  world.exit(1000, 3)
  world.allDrained('other')
  assert.equal(world.exitCode(), 0)
})

test('a quit after its end hurries, and has ended when the daemon leaves', () => {
  const world = FakeWorld.up(once, other)
  world.exit(1000, 3)
  const quit = world.quit()
  assert.deepEqual(world.signals(), ['15 to 1001', '15 to 1001'])
  world.allDrained('other')
  assert.equal(world.outcome(quit)?.ok, true)
  assert.equal(world.exitCode(), 3)
})

test('it has ended when nobody of its tree is left', () => {
  const world = FakeWorld.up(once)
  world.clearsAtOnce = false
  world.exit(1000, 3)
  assert.equal(world.exitCode(), undefined)
  world.clearAll()
  assert.equal(world.exitCode(), 3)
})

test('a process that is too old and must go first does not hide the exit code', () => {
  const world = FakeWorld.up({ ...once, maxAgeMs: 60_000 })
  world.advance(60_000)
  world.exit(1000, 4)
  assert.equal(world.exitCode(), 4)
})

test('an operator’s stop of one that has slept before does not stop the daemon', () => {
  const world = new FakeWorld({ ...once, onDemand: true }, other)
  world.bulk('start')
  world.connect()
  world.allReady()
  world.advance(10_000)
  world.exit(world.pids()[0] ?? 0, 0)
  world.command('stop')
  assert.equal(world.watcher('web').is, 'stopped')
  assert.equal(world.watcher('other').is, 'starting')
})

test('an operator’s stop stays a stop when a hook refuses a process meanwhile', () => {
  const world = new FakeWorld({ ...once, gates: ['after_spawn', 'before_stop'] }, other)
  world.hookAnswer = 'hold'
  world.command('start')
  world.command('start', 'other')
  world.command('stop')
  world.answerHook('after_spawn', false)
  world.answerHook('before_stop', true)
  world.allDrained('web')
  assert.equal(world.watcher('other').is, 'starting')
})
