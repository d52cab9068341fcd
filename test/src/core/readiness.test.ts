import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeWorld } from './fake-world.ts'

test('notify: a process that is not ready in time is stopped and counts as failed', () => {
  const world = new FakeWorld({ readyTimeoutMs: 5_000, maxRetry: 1 })
  const job = world.command('start')
  world.advance(5_000)
  assert.deepEqual(world.signals(), ['15 to 1000'])
  world.exit(1000, 0)
  assert.match(world.failure(job), /process 1000 did not get ready within 5 s \(ready_timeout\)/)
})

test('notify: the end of the pipe before READY=1 is a failure', () => {
  const world = new FakeWorld({ maxRetry: 1 })
  const job = world.command('start')
  world.happens(1000, { type: 'notifyClosed' })
  world.advance(1_000)
  world.exit(1000, 0)
  assert.match(world.failure(job), /process 1000 closed its notify pipe before it was ready/)
})

test('notify: when the pipe ended because the process died, the death is the reason', () => {
  const world = new FakeWorld({ maxRetry: 1 })
  const job = world.command('start')
  world.happens(1000, { type: 'notifyClosed' })
  world.exit(1000, 4)
  assert.match(world.failure(job), /process 1000 exited with code 4 before it was ready/)
})

test('auto with sockets: a silent process that stays alive counts as ready, with a warning', () => {
  const world = new FakeWorld({ ready: { kind: 'auto' }, readyTimeoutMs: 5_000 })
  const job = world.command('start')
  world.advance(5_000)
  assert.equal(world.outcome(job)?.ok, true)
  assert.match(world.logged()[0] ?? '', /gave no sign of readiness within 5 s/)
})

test('auto with sockets: a process that speaks the protocol must say READY=1', () => {
  const world = new FakeWorld({ ready: { kind: 'auto' }, readyTimeoutMs: 5_000, maxRetry: 1 })
  const job = world.command('start')
  world.happens(1000, { type: 'notified' })
  world.advance(5_000)
  world.exit(1000, 0)
  assert.equal(world.outcome(job)?.ok, false)
})

test('auto with sockets: the end of a pipe that was never used means nothing', () => {
  const world = new FakeWorld({ ready: { kind: 'auto' }, readyTimeoutMs: 5_000 })
  const job = world.command('start')
  world.happens(1000, { type: 'notifyClosed' })
  world.advance(5_000)
  assert.equal(world.outcome(job)?.ok, true)
})

test('auto without sockets: ready after warmup_delay', () => {
  const world = new FakeWorld({ ready: { kind: 'auto' }, hasSockets: false, warmupDelayMs: 300 })
  const job = world.command('start')
  world.advance(299)
  assert.equal(world.outcome(job), undefined)
  world.advance(1)
  assert.equal(world.outcome(job)?.ok, true)
})

test('listen: no listener in time is a failure', () => {
  const world = new FakeWorld({ ready: { kind: 'listen' }, readyTimeoutMs: 5_000, maxRetry: 1 })
  const job = world.command('start')
  world.advance(5_000)
  world.exit(1000, 0)
  assert.equal(world.outcome(job)?.ok, false)
})

test('delay: ready when it has lived that long', () => {
  const world = new FakeWorld({ ready: { kind: 'delay', delayMs: 2_000 } })
  const job = world.command('start')
  world.advance(2_000)
  assert.equal(world.outcome(job)?.ok, true)
})

test('none: ready at once', () => {
  const world = new FakeWorld({ ready: { kind: 'none' } })
  assert.equal(world.outcome(world.command('start'))?.ok, true)
})
