import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GateHook, WatcherPolicy } from '../../../supervisor/dist/core/policy.js'
import { FakeWorld } from './fake-world.ts'

/** A stopped watcher with the hooks, none of which ends before it is told to. */
function withHeld(gates: readonly GateHook[], policy: Partial<WatcherPolicy> = {}): FakeWorld {
  const world = new FakeWorld({ gates, ...policy })
  world.hookAnswer = 'hold'
  return world
}

/** An active watcher with the hooks, none of which ends from now on before it is told to. */
function upWithHeld(gates: readonly GateHook[], policy: Partial<WatcherPolicy> = {}): FakeWorld {
  const world = FakeWorld.up({ gates, ...policy })
  world.hookAnswer = 'hold'
  return world
}

test('the hooks of a start and a stop are called in the order of Circus', () => {
  const gates = ['before_start', 'after_spawn', 'after_start', 'before_stop'] as const
  const world = new FakeWorld({ numprocesses: 2, gates })
  world.command('start')
  world.allReady()
  world.command('stop')
  world.allDrained()
  assert.deepEqual(world.calledHooks(), [
    'before_start',
    'after_spawn',
    'after_spawn',
    'after_start',
    'before_stop',
  ])
})

test('before_start: nothing is spawned before it has agreed', () => {
  const world = withHeld(['before_start'])
  const job = world.command('start')
  world.advance(100_000)
  assert.deepEqual(world.pids(), [])
  world.answerHook('before_start', true)
  assert.deepEqual(world.pids(), [1000])
  world.allReady()
  assert.equal(world.outcome(job)?.ok, true)
})

test('before_start: after its refusal the watcher is stopped, and the start has failed with its reason', () => {
  const world = new FakeWorld({ gates: ['before_start'] })
  world.hookAnswer = 'refuse'
  const job = world.command('start')
  assert.equal(world.watcher().is, 'stopped')
  assert.equal(world.failure(job), 'hook before_start said no')
  assert.deepEqual(world.announced(), [])
  world.advance(100_000)
  assert.deepEqual(world.pids(), [])
})

test('before_start: a later start asks it again', () => {
  const world = new FakeWorld({ gates: ['before_start'] })
  world.hookAnswer = 'refuse'
  world.command('start')
  world.hookAnswer = 'allow'
  const job = world.command('start')
  world.allReady()
  assert.equal(world.outcome(job)?.ok, true)
})

test('before_start: a stop does not wait for it, and its answer comes too late', () => {
  const world = withHeld(['before_start', 'before_stop'])
  const start = world.command('start')
  const stop = world.command('stop')
  assert.equal(world.failure(start), 'superseded by stop')
  assert.equal(world.outcome(stop)?.ok, true)
  assert.equal(world.watcher().is, 'stopped')
  world.answerHook('before_start', true)
  assert.equal(world.watcher().is, 'stopped')
  assert.deepEqual(world.pids(), [])
  assert.deepEqual(world.announced(), [])
  assert.deepEqual(world.calledHooks(), ['before_start'])
})

test('before_start: the answer to the call of an earlier start does not count', () => {
  const world = withHeld(['before_start'])
  world.command('start')
  world.command('restart')
  assert.deepEqual(world.pendingHooks(), ['before_start', 'before_start'])
  world.answerHook('before_start', true)
  assert.deepEqual(world.pids(), [])
  world.answerHook('before_start', true)
  assert.deepEqual(world.pids(), [1000])
})

test('before_start: quit does not wait for it', () => {
  const world = withHeld(['before_start'])
  world.command('start')
  world.quit()
  assert.equal(world.exitCode(), 0)
})

test('after_start: called when every process is ready; the watcher is active when it has agreed', () => {
  const world = withHeld(['after_start'], { numprocesses: 2 })
  const job = world.command('start')
  world.ready(1000)
  assert.deepEqual(world.calledHooks(), [])
  world.ready(1001)
  assert.deepEqual(world.calledHooks(), ['after_start'])
  assert.equal(world.watcher().is, 'starting')
  assert.equal(world.outcome(job), undefined)
  world.answerHook('after_start', true)
  assert.equal(world.watcher().is, 'active')
  assert.equal(world.announced().at(-1), 'start web')
  assert.equal(world.outcome(job)?.ok, true)
})

test('after_start: its refusal stops the watcher, and the start fails with its reason once all are gone', () => {
  const world = new FakeWorld({ gates: ['after_start'], numprocesses: 2 })
  world.hookAnswer = 'refuse'
  const job = world.command('start')
  world.allReady()
  assert.deepEqual(world.signals(), ['15 to 1000', '15 to 1001'])
  assert.equal(world.outcome(job), undefined)
  world.allDrained()
  assert.equal(world.failure(job), 'hook after_start said no')
  assert.equal(world.watcher().is, 'stopped')
  assert.ok(!world.announced().includes('start web'))
})

test('after_start: a process that dies meanwhile is replaced, and the hook is not called twice', () => {
  const world = withHeld(['after_start'])
  const job = world.command('start')
  world.ready(1000)
  world.advance(10_000)
  world.exit(1000, 1)
  assert.deepEqual(world.pids(), [1001])
  world.ready(1001)
  world.answerHook('after_start', true)
  assert.equal(world.outcome(job)?.ok, true)
  assert.deepEqual(world.calledHooks(), ['after_start'])
})

test('after_start: a stop does not wait for it', () => {
  const world = withHeld(['after_start'])
  world.command('start')
  world.ready(1000)
  const stop = world.command('stop')
  world.allDrained()
  assert.equal(world.outcome(stop)?.ok, true)
  world.answerHook('after_start', true)
  assert.equal(world.watcher().is, 'stopped')
})

test('after_start: not called again for a process that is respawned later', () => {
  const world = FakeWorld.up({ gates: ['after_start'] })
  world.advance(10_000)
  world.exit(1000, 1)
  world.allReady()
  assert.deepEqual(world.calledHooks(), [])
})

test('after_spawn: a process is not ready before the hook has agreed', () => {
  const world = withHeld(['after_spawn'])
  const job = world.command('start')
  world.ready(1000)
  assert.deepEqual(world.pids('web', 'starting'), [1000])
  assert.equal(world.outcome(job), undefined)
  world.answerHook('after_spawn', true)
  assert.deepEqual(world.pids('web', 'ready'), [1000])
  assert.equal(world.outcome(job)?.ok, true)
})

test('after_spawn: it is told of the process, and not of one that was not wanted any more', () => {
  const world = withHeld(['after_spawn'], { numprocesses: 2 })
  world.spawnAnswer = { type: 'held' }
  world.command('start')
  world.resize(1)
  world.answerSpawns()
  const pids = world.effects.flatMap((effect) =>
    effect.type === 'hook' ? [effect.process?.pid] : [],
  )
  assert.deepEqual(pids, world.pids('web', 'starting'))
  assert.equal(pids.length, 1)
})

test('after_spawn: when the hook has agreed, the process still has to get ready', () => {
  const world = withHeld(['after_spawn'])
  world.command('start')
  world.answerHook('after_spawn', true)
  assert.deepEqual(world.pids('web', 'starting'), [1000])
  world.ready(1000)
  assert.deepEqual(world.pids('web', 'ready'), [1000])
})

test('after_spawn: also a process that needs no sign of readiness waits for it', () => {
  for (const ready of [{ kind: 'none' }, { kind: 'delay', delayMs: 500 }] as const) {
    const world = withHeld(['after_spawn'], { ready })
    world.command('start')
    world.advance(10_000)
    assert.deepEqual(world.pids('web', 'starting'), [1000])
    world.answerHook('after_spawn', true)
    assert.deepEqual(world.pids('web', 'ready'), [1000])
  }
})

test('after_spawn: its refusal stops the process and, as in Circus, the watcher', () => {
  const world = withHeld(['after_spawn'], { numprocesses: 2 })
  const job = world.command('start')
  world.answerHook('after_spawn', true)
  world.answerHook('after_spawn', false)
  assert.deepEqual(world.signals(), ['15 to 1001', '15 to 1000'])
  world.allDrained()
  assert.equal(world.watcher().is, 'stopped')
  assert.equal(world.failure(job), 'hook after_spawn said no')
  world.advance(100_000)
  assert.deepEqual(world.pids(), [])
})

test('after_spawn: a process that dies meanwhile counts as dead before it was ready', () => {
  const world = withHeld(['after_spawn'], { maxRetry: 1 })
  const job = world.command('start')
  world.ready(1000)
  world.exit(1000, 3)
  world.answerHook('after_spawn', true)
  assert.match(world.failure(job), /process 1000 exited with code 3 before it was ready/)
})

test('after_spawn: a refusal at a respawn stops the watcher', () => {
  const world = FakeWorld.up({ gates: ['after_spawn'], numprocesses: 2 })
  world.advance(10_000)
  world.hookAnswer = 'refuse'
  world.exit(1000, 1)
  world.allDrained()
  assert.equal(world.watcher().is, 'stopped')
  assert.equal(world.announced().at(-1), 'stop web')
})

test('after_spawn: a refusal during a reload keeps the old generation', () => {
  const world = upWithHeld(['after_spawn'], { numprocesses: 2 })
  const job = world.command('reload')
  world.ready(1002)
  assert.deepEqual(world.signals(), [], 'the old process stays until the hook has agreed')
  world.answerHook('after_spawn', false)
  assert.equal(
    world.failure(job),
    'hook after_spawn said no; the reload is given up and 2 of 2 old processes keep serving',
  )
  assert.deepEqual(world.signals(), ['15 to 1002'])
  world.allDrained()
  world.advance(100_000)
  assert.deepEqual(world.pids('web', 'ready'), [1000, 1001])
  assert.equal(world.watcher().is, 'active')
})

test('after_spawn: a refusal during the reload of a singleton, whose old process is gone, stops the watcher', () => {
  const world = FakeWorld.up({ gates: ['after_spawn'], singleton: true })
  const job = world.command('reload')
  world.hookAnswer = 'refuse'
  world.exit(1000)
  world.allDrained()
  assert.equal(world.failure(job), 'hook after_spawn said no')
  assert.equal(world.watcher().is, 'stopped')
})

test('before_spawn: a refusal at the first start stops the watcher, and the start fails with its reason', () => {
  const world = new FakeWorld({ numprocesses: 2 })
  world.spawnAnswer = { type: 'spawnRefused', reason: 'hook before_spawn said no' }
  const job = world.command('start')
  assert.equal(world.watcher().is, 'stopped')
  assert.equal(world.failure(job), 'hook before_spawn said no')
})

test('before_spawn: a refusal at a respawn stops the watcher', () => {
  const world = FakeWorld.up({ numprocesses: 2 })
  world.advance(10_000)
  world.spawnAnswer = { type: 'spawnRefused', reason: 'hook before_spawn said no' }
  world.exit(1000, 1)
  world.allDrained()
  assert.equal(world.watcher().is, 'stopped')
})

test('before_spawn: a refusal during a reload keeps the old generation', () => {
  const world = FakeWorld.up({ numprocesses: 2 })
  world.spawnAnswer = { type: 'spawnRefused', reason: 'hook before_spawn said no' }
  const job = world.command('reload')
  assert.match(world.failure(job), /^hook before_spawn said no; .* 2 of 2 old processes/)
  world.advance(100_000)
  assert.deepEqual(world.pids('web', 'ready'), [1000, 1001])
})

test('before_stop: nobody is told to stop before it has ended', () => {
  const world = upWithHeld(['before_stop'], { numprocesses: 2 })
  const job = world.command('stop')
  world.advance(100_000)
  assert.deepEqual(world.signals(), [])
  assert.equal(world.watcher().is, 'stopping')
  world.answerHook('before_stop', true)
  assert.deepEqual(world.signals(), ['15 to 1000', '15 to 1001'])
  world.allDrained()
  assert.equal(world.outcome(job)?.ok, true)
})

test('before_stop: what it says is ignored', () => {
  const world = FakeWorld.up({ gates: ['before_stop'] })
  world.hookAnswer = 'refuse'
  const job = world.command('stop')
  world.allDrained()
  assert.equal(world.outcome(job)?.ok, true)
})

test('before_stop: a process that dies meanwhile is not replaced', () => {
  const world = upWithHeld(['before_stop'])
  const job = world.command('stop')
  world.exit(1000, 1)
  world.advance(100_000)
  assert.deepEqual(world.pids(), [])
  assert.equal(world.outcome(job), undefined)
  world.answerHook('before_stop', true)
  assert.equal(world.outcome(job)?.ok, true)
})

test('before_stop: a second stop does not call it again', () => {
  const world = upWithHeld(['before_stop'])
  const first = world.command('stop')
  const second = world.command('stop')
  world.answerHook('before_stop', true)
  world.allDrained()
  assert.equal(world.outcome(first)?.ok, true)
  assert.equal(world.outcome(second)?.ok, true)
  assert.deepEqual(world.calledHooks(), ['before_stop'])
})

test('before_stop: a process that a reload replaces is not the stop of a watcher', () => {
  const world = FakeWorld.up({ gates: ['before_stop'] })
  world.command('reload')
  world.allReady()
  assert.deepEqual(world.signals(), ['15 to 1000'])
  assert.deepEqual(world.calledHooks(), [])
})

test('before_stop: a second quit does not wait for it any longer', () => {
  const world = upWithHeld(['before_stop'])
  world.quit()
  assert.deepEqual(world.signals(), [])
  world.quit()
  assert.deepEqual(world.signals(), ['15 to 1000'])
  world.answerHook('before_stop', true)
  assert.deepEqual(world.signals(), ['15 to 1000'])
  world.allDrained()
  assert.equal(world.exitCode(), 0)
})

test('before_stop: a second quit shortens the wait of those it tells, a third one kills them', () => {
  const world = upWithHeld(['before_stop'], { gracefulTimeoutMs: 60_000 })
  world.quit()
  world.quit()
  world.quit()
  assert.deepEqual(world.signals(), ['15 to 1000', 'KILL tree 1000'])
})

test('before_stop: start while a watcher that stops by itself waits for it starts it afterwards', () => {
  const world = upWithHeld(['before_stop'], { respawn: false })
  world.exit(1000, 0)
  assert.equal(world.watcher().is, 'stopping')
  const start = world.command('start')
  assert.deepEqual(world.pids(), [])
  world.answerHook('before_stop', true)
  world.allReady()
  assert.equal(world.watcher().is, 'active')
  assert.equal(world.outcome(start)?.ok, true)
})

test('start while a refusal still stops the processes starts them afterwards', () => {
  const world = FakeWorld.up({ gates: ['after_spawn'], numprocesses: 2 })
  world.advance(10_000)
  world.hookAnswer = 'refuse'
  world.exit(1000, 1)
  assert.equal(world.watcher().is, 'stopping')
  world.hookAnswer = 'allow'
  const start = world.command('start')
  world.allDrained()
  world.allReady()
  assert.equal(world.watcher().is, 'active')
  assert.equal(world.outcome(start)?.ok, true)
})

test('a refusal that comes while a stop waits for before_stop does not hasten the stop', () => {
  const world = withHeld(['after_spawn', 'before_stop'], { numprocesses: 2 })
  world.command('start')
  const stop = world.command('stop')
  world.answerHook('after_spawn', false)
  assert.ok(!world.signals().includes('15 to 1001'))
  world.answerHook('before_stop', true)
  world.allDrained()
  assert.equal(world.outcome(stop)?.ok, true)
  assert.equal(world.watcher().refusal, null)
})
