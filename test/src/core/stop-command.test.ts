import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeWorld } from './fake-world.ts'

test('the stop command asks the process to end, in place of the stop signal', () => {
  const world = FakeWorld.up({ hasStopCommand: true, numprocesses: 2 })
  const job = world.command('stop')
  assert.deepEqual(world.signals(), ['stop_command for 1000', 'stop_command for 1001'])
  world.allDrained()
  assert.equal(world.outcome(job)?.ok, true)
})

test('a process that does not end is killed after graceful_timeout', () => {
  const world = FakeWorld.up({ hasStopCommand: true, gracefulTimeoutMs: 2_000 })
  world.command('stop')
  world.advance(2_000)
  assert.deepEqual(world.signals(), ['stop_command for 1000', 'KILL tree 1000'])
})

test('graceful_timeout = 0 kills at once', () => {
  const world = FakeWorld.up({ hasStopCommand: true, gracefulTimeoutMs: 0 })
  world.command('stop')
  assert.deepEqual(world.signals(), ['stop_command for 1000', 'KILL tree 1000'])
})

test('when the command fails the process gets its stop signal, and the reason is logged', () => {
  const world = FakeWorld.up({ hasStopCommand: true, stopSignal: 2 })
  world.command('stop')
  world.happens(1000, { type: 'stopCommandFailed', reason: 'exited with code 7' })
  assert.deepEqual(world.signals(), ['stop_command for 1000', '2 to 1000'])
  assert.equal(
    world.logged().at(-1),
    'web: stop_command for process 1000 failed: exited with code 7; it gets its stop signal',
  )
})

test('the failure of the command does not lengthen graceful_timeout', () => {
  const world = FakeWorld.up({ hasStopCommand: true, gracefulTimeoutMs: 2_000 })
  world.command('stop')
  world.advance(1_500)
  world.happens(1000, { type: 'stopCommandFailed', reason: 'exited with code 7' })
  world.advance(500)
  assert.equal(world.signals().at(-1), 'KILL tree 1000')
})

test('the failure of the command means nothing to a process that was killed meanwhile', () => {
  const world = FakeWorld.up({ hasStopCommand: true, gracefulTimeoutMs: 2_000 })
  world.command('stop')
  world.advance(2_000)
  world.happens(1000, { type: 'stopCommandFailed', reason: 'exited with code 7' })
  assert.deepEqual(world.signals(), ['stop_command for 1000', 'KILL tree 1000'])
})

test('the failure of the command means nothing to a process that has ended', () => {
  const world = FakeWorld.up({ hasStopCommand: true })
  world.clearsAtOnce = false
  world.command('stop')
  world.exit(1000, 0)
  world.happens(1000, { type: 'stopCommandFailed', reason: 'exited with code 7' })
  assert.deepEqual(world.signals(), ['stop_command for 1000'])
})

test('a second quit sends the stop signal, a third one kills', () => {
  const world = FakeWorld.up({ hasStopCommand: true })
  world.quit()
  world.quit()
  world.happens(1000, { type: 'stopCommandFailed', reason: 'it takes too long' })
  world.quit()
  assert.deepEqual(world.signals(), ['stop_command for 1000', '15 to 1000', 'KILL tree 1000'])
})

test('a process that a reload replaces is asked by the command, too', () => {
  const world = FakeWorld.up({ hasStopCommand: true })
  world.command('reload')
  world.ready(1001)
  assert.deepEqual(world.signals(), ['stop_command for 1000'])
})

test('a process that never gets ready is asked by the command, too', () => {
  const world = new FakeWorld({ hasStopCommand: true, readyTimeoutMs: 5_000 })
  world.command('start')
  world.advance(5_000)
  assert.deepEqual(world.signals(), ['stop_command for 1000'])
})
