import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeWorld } from './fake-world.ts'

test('an old process is told to stop when its successor is ready, not before', () => {
  const world = FakeWorld.up({ numprocesses: 2 })
  world.command('reload')
  assert.deepEqual(world.pids(), [1000, 1001, 1002])
  assert.deepEqual(world.signals(), [])
  world.ready(1002)
  assert.deepEqual(world.signals(), ['15 to 1000'])
})

test('the next slot does not wait for the drain of the one before', () => {
  const world = FakeWorld.up({ numprocesses: 2 })
  world.command('reload')
  world.ready(1002)
  assert.deepEqual(world.pids('web', 'starting'), [1003])
  assert.deepEqual(world.pids('web', 'stopping'), [1000])
})

test('the job ends when the old generation is gone', () => {
  const world = FakeWorld.up({ numprocesses: 2 })
  const job = world.command('reload')
  world.ready(1002)
  world.ready(1003)
  world.exit(1000)
  assert.equal(world.outcome(job), undefined)
  world.exit(1001)
  assert.deepEqual(world.outcome(job), {
    ok: true,
    result: { started: [1002, 1003], stopped: [1000, 1001], kept: [] },
  })
  assert.equal(world.announced().at(-1), 'reload web')
})

test('a successor has the wid of the process it replaces, and the next generation', () => {
  const world = FakeWorld.up({ numprocesses: 2 })
  world.command('reload')
  world.allReady()
  world.allDrained()
  assert.deepEqual(
    world.processes().map(({ wid, generation }) => ({ wid, generation })),
    [
      { wid: 1, generation: 2 },
      { wid: 2, generation: 2 },
    ],
  )
})

test('reload_batch slots are replaced at a time', () => {
  const world = FakeWorld.up({ numprocesses: 4, reloadBatch: 3 })
  world.command('reload')
  assert.equal(world.pids('web', 'starting').length, 3)
})

test('max_surge bounds the processes that are too many, draining ones included', () => {
  const world = FakeWorld.up({ numprocesses: 3, maxSurge: 1 })
  const job = world.command('reload')
  world.ready(1003)
  assert.deepEqual(world.pids(), [1000, 1001, 1002, 1003])
  world.exit(1000)
  assert.deepEqual(world.pids(), [1001, 1002, 1003, 1004])
  world.ready(1004)
  world.exit(1001)
  world.ready(1005)
  world.exit(1002)
  assert.equal(world.outcome(job)?.ok, true)
})

test('a successor that dies before it is ready ends the reload, and the old processes stay', () => {
  const world = FakeWorld.up({ numprocesses: 2 })
  const job = world.command('reload')
  world.exit(1002, 4)
  assert.equal(
    world.failure(job),
    'process 1002 exited with code 4 before it was ready; the reload is given up and 2 of 2 old processes keep serving',
  )
  assert.deepEqual(world.pids('web', 'ready'), [1000, 1001])
  assert.deepEqual(world.signals(), [])
  world.advance(1_000_000)
  assert.deepEqual(world.pids(), [1000, 1001])
  assert.equal(world.watcher().is, 'active')
})

test('a successor that never gets ready is stopped, and the old processes stay', () => {
  const world = FakeWorld.up({ numprocesses: 2, readyTimeoutMs: 5_000 })
  const job = world.command('reload')
  world.advance(5_000)
  assert.match(world.failure(job), /did not get ready within 5 s/)
  assert.deepEqual(world.signals(), ['15 to 1002'])
  world.exit(1002, 0)
  world.advance(1_000_000)
  assert.deepEqual(world.pids('web', 'ready'), [1000, 1001])
})

test('a batch is told to take over when all of it is ready', () => {
  const world = FakeWorld.up({ numprocesses: 2, reloadBatch: 2 })
  world.command('reload')
  world.ready(1002)
  assert.deepEqual(world.signals(), [])
  world.ready(1003)
  assert.deepEqual(world.signals(), ['15 to 1000', '15 to 1001'])
})

test('when one of a batch fails, those that are ready already are stopped too', () => {
  const world = FakeWorld.up({ numprocesses: 2, reloadBatch: 2 })
  const job = world.command('reload')
  world.ready(1002)
  world.exit(1003, 1)
  assert.deepEqual(world.signals(), ['15 to 1002'])
  assert.deepEqual(world.pids('web', 'ready'), [1000, 1001])
  assert.match(world.failure(job), /2 of 2 old processes keep serving/)
})

test('a successor that dies while it waits for the rest of its batch ends the reload', () => {
  const world = FakeWorld.up({ numprocesses: 2, reloadBatch: 2 })
  const job = world.command('reload')
  world.ready(1002)
  world.exit(1002, 1)
  assert.match(world.failure(job), /process 1002 exited with code 1 as soon as it was ready/)
  assert.deepEqual(world.pids('web', 'ready'), [1000, 1001])
})

test('when one successor of a batch fails, the others of the batch are stopped too', () => {
  const world = FakeWorld.up({ numprocesses: 3, reloadBatch: 3 })
  world.command('reload')
  world.exit(1004, 1)
  assert.deepEqual(world.signals(), ['15 to 1003', '15 to 1005'])
  assert.deepEqual(world.pids('web', 'ready'), [1000, 1001, 1002])
})

test('a failed reload is logged and not announced', () => {
  const world = FakeWorld.up({})
  world.command('reload')
  world.exit(1001, 1)
  assert.ok(!world.announced().includes('reload web'))
  assert.match(world.logged().at(-1) ?? '', /^web not reloaded: process 1001 exited/)
})

test('a second reload waits for the first', () => {
  const world = FakeWorld.up({})
  const first = world.command('reload')
  const second = world.command('reload')
  world.ready(1001)
  assert.deepEqual(world.pids(), [1000, 1001])
  world.exit(1000)
  assert.equal(world.outcome(first)?.ok, true)
  assert.deepEqual(world.pids(), [1001, 1002])
  world.ready(1002)
  world.exit(1001)
  assert.equal(world.outcome(second)?.ok, true)
})

test('stop during a reload stops both generations', () => {
  const world = FakeWorld.up({ numprocesses: 2 })
  const reload = world.command('reload')
  const stop = world.command('stop')
  assert.equal(world.failure(reload), 'superseded by stop')
  world.allDrained()
  assert.equal(world.outcome(stop)?.ok, true)
  assert.deepEqual(world.pids(), [])
})

test('an old process that dies during the reload is replaced by the new generation', () => {
  const world = FakeWorld.up({ numprocesses: 2 })
  const job = world.command('reload')
  world.advance(10_000)
  world.exit(1001, -9)
  world.allReady()
  world.allDrained()
  assert.equal(world.outcome(job)?.ok, true)
  assert.deepEqual(
    world.processes().map(({ generation }) => generation),
    [2, 2],
  )
})

test('fewer processes are wanted during a reload: nobody too many stays', () => {
  const world = FakeWorld.up({ numprocesses: 3 })
  const job = world.command('reload')
  world.resize(1)
  world.allReady()
  world.allDrained()
  world.allReady()
  world.allDrained()
  assert.equal(world.pids().length, 1)
  assert.equal(world.outcome(job)?.ok, true)
})

test('a singleton is never two processes', () => {
  const world = FakeWorld.up({ singleton: true })
  const job = world.command('reload')
  assert.deepEqual(world.signals(), ['15 to 1000'])
  assert.deepEqual(world.pids(), [1000])
  world.exit(1000)
  assert.deepEqual(world.pids(), [1001])
  world.ready(1001)
  assert.equal(world.outcome(job)?.ok, true)
})

test('send_hup: the processes get SIGHUP and stay', () => {
  const world = FakeWorld.up({ numprocesses: 2, sendHup: true })
  const job = world.command('reload')
  assert.deepEqual(world.signals(), ['1 to 1000', '1 to 1001'])
  assert.equal(world.outcome(job)?.ok, true)
  assert.deepEqual(world.announced(), ['reload web'])
})

test('reload of a stopped watcher starts it', () => {
  const world = new FakeWorld({})
  const job = world.command('reload')
  world.allReady()
  assert.equal(world.outcome(job)?.ok, true)
  assert.equal(world.watcher().is, 'active')
})

test('readiness that can only be assumed takes a second of life before the old process goes', () => {
  const world = FakeWorld.up({ ready: { kind: 'auto' }, hasSockets: false })
  const job = world.command('reload')
  world.advance(999)
  assert.deepEqual(world.signals(), [])
  world.exit(1001, 1)
  assert.equal(world.outcome(job)?.ok, false)
  assert.deepEqual(world.pids('web', 'ready'), [1000])
})

test('an old process that was still starting may die during the reload: that says nothing of the new ones', () => {
  const world = FakeWorld.up({ numprocesses: 2 })
  world.advance(10_000)
  world.exit(1000, -9)
  const job = world.command('reload')
  world.exit(1002, 1)
  world.advance(1_000)
  world.allReady()
  world.allDrained()
  world.allReady()
  world.allDrained()
  assert.equal(world.outcome(job)?.ok, true)
})

test('without max_surge a reload may double the processes, however many there are by then', () => {
  const world = FakeWorld.up({ numprocesses: 1 })
  world.resize(3)
  world.allReady()
  world.command('reload')
  world.allReady()
  assert.equal(world.pids('web', 'stopping').length, 3)
  assert.equal(world.pids('web', 'ready').length, 3)
})

test('a successor that fails does not count against the slot, whose old process serves', () => {
  const world = FakeWorld.up({ numprocesses: 1, maxRetry: 1 })
  world.command('reload')
  world.exit(1001, 1)
  assert.equal(world.logged()[0], 'web: process 1001 exited with code 1 before it was ready')
  world.advance(10_000)
  world.exit(1000, -9)
  assert.equal(world.pids().length, 1)
})
