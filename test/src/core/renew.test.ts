import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeWorld } from './fake-world.ts'

const web = { name: 'web' } as const
const other = { name: 'other' } as const

/** The files are good and both watchers have been told to stop. */
function stopping(): { readonly world: FakeWorld; readonly job: string } {
  const world = FakeWorld.up(web, other)
  const job = world.renew()
  world.filesRead(job)
  return { world, job }
}

/** Both watchers have stopped, and what is configured now is being adopted. */
function adopting(): { readonly world: FakeWorld; readonly job: string } {
  const { world, job } = stopping()
  world.allDrained('web')
  world.allDrained('other')
  return { world, job }
}

function asked(world: FakeWorld): readonly string[] {
  return world.effects.flatMap(({ type }) =>
    type === 'readConfiguration' || type === 'adoptConfiguration' ? [type] : [],
  )
}

test('the files are read before anybody is stopped', () => {
  const world = FakeWorld.up(web, other)
  world.renew()
  assert.deepEqual(asked(world), ['readConfiguration'])
  assert.deepEqual(world.signals(), [])
})

test('files that cannot be used stop nobody, and the job has failed with the reason', () => {
  const world = FakeWorld.up(web, other)
  const job = world.renew()
  world.filesRead(job, 'circus.ini:3: numprocesses: "x" is no number')
  assert.equal(world.failure(job), 'circus.ini:3: numprocesses: "x" is no number')
  assert.deepEqual(world.signals(), [])
  assert.deepEqual(world.statuses(), ['web active', 'other active'])
})

test('after bad files the next restart of everything is one like any other', () => {
  const world = FakeWorld.up(web)
  world.filesRead(world.renew(), 'no')
  const job = world.renew()
  world.filesRead(job)
  world.allDrained()
  world.adopted(job, [web])
  world.allReady()
  assert.equal(world.outcome(job)?.ok, true)
})

test('all are stopped, then the configuration is adopted', () => {
  const { world } = stopping()
  assert.deepEqual(world.statuses(), ['web stopping', 'other stopping'])
  world.allDrained('web')
  assert.deepEqual(asked(world), ['readConfiguration'])
  world.allDrained('other')
  assert.deepEqual(asked(world), ['readConfiguration', 'adoptConfiguration'])
})

test('watchers are stopped before what they depend on', () => {
  const world = FakeWorld.up(
    { name: 'db' },
    { ...web, dependsOn: [{ watcher: 'db', until: 'ready' }] },
  )
  world.filesRead(world.renew())
  assert.deepEqual(world.statuses(), ['db active', 'web stopping'])
})

test('then what is configured starts, with its new policies and in their order', () => {
  const { world, job } = adopting()
  world.adopted(job, [
    { ...web, numprocesses: 2 },
    { name: 'fresh', priority: 1 },
  ])
  assert.deepEqual(world.statuses(), ['fresh starting', 'web starting'])
  assert.deepEqual(world.spawned(), ['fresh', 'web', 'web'])
  world.allReady('fresh')
  world.allReady('web')
  assert.deepEqual(world.outcome(job), { ok: true, result: {} })
})

test('a watcher that is configured no more is gone', () => {
  const { world, job } = adopting()
  world.adopted(job, [web])
  assert.equal(world.failure(world.command('start', 'other')), 'program other not found')
})

test('autostart and on_demand count as at the start of the daemon', () => {
  const { world, job } = adopting()
  world.adopted(job, [
    { ...web, autostart: false },
    { ...other, onDemand: true },
  ])
  assert.deepEqual(world.spawned(), [])
  assert.deepEqual(world.demands(), ['awaitDemand other'])
  assert.equal(world.outcome(job)?.ok, true)
})

test('a configuration without watchers is one, too', () => {
  const { world, job } = adopting()
  world.adopted(job, [])
  assert.equal(world.outcome(job)?.ok, true)
})

test('a daemon without watchers can be restarted', () => {
  const world = new FakeWorld()
  const job = world.renew()
  world.filesRead(job)
  world.adopted(job, [web])
  world.allReady()
  assert.equal(world.outcome(job)?.ok, true)
})

test('one watcher that cannot start fails the job and stops nobody', () => {
  const { world, job } = adopting()
  world.adopted(job, [{ ...web, maxRetry: 1 }, other])
  world.allReady('other')
  world.exit(world.pids('web')[0] ?? 0, 1)
  assert.match(world.failure(job), /^web: 0 of 1 processes run: /)
  assert.equal(world.watcher('other').is, 'active')
})

test('when adopting fails the old ones are started again, and the job has failed with the reason', () => {
  const { world, job } = adopting()
  world.adopted(job, [web, other], 'socket http: address in use')
  assert.equal(world.outcome(job), undefined)
  world.allReady('web')
  world.allReady('other')
  assert.equal(world.failure(job), 'socket http: address in use')
  assert.deepEqual(world.statuses(), ['web active', 'other active'])
})

test('processes and generations are counted on, so that nothing of before is taken for something of now', () => {
  const { world, job } = adopting()
  world.adopted(job, [web])
  world.send({
    type: 'process',
    process: { watcher: 'web', id: 1 },
    event: { type: 'exited', exitCode: 1 },
  })
  assert.deepEqual(
    world.processes().map(({ id, generation, is }) => ({ id, generation, is })),
    [{ id: 2, generation: 2, is: 'starting' }],
  )
})

test('the answer of a hook of before does not count', () => {
  const world = new FakeWorld({ ...web, gates: ['before_start'] })
  world.hookAnswer = 'hold'
  world.command('start')
  const job = world.renew()
  world.filesRead(job)
  world.adopted(job, [{ ...web, gates: ['before_start'] }])
  world.answerHook('before_start', true)
  assert.deepEqual(world.pids(), [])
  world.answerHook('before_start', true)
  assert.equal(world.pids().length, 1)
})

test('commands are taken while the files are read', () => {
  const world = FakeWorld.up(web)
  world.renew()
  const job = world.resize(2)
  world.allReady()
  assert.equal(world.outcome(job)?.ok, true)
})

test('what was under way when the files had been read is superseded', () => {
  const world = FakeWorld.up(web, other)
  const renewal = world.renew()
  const one = world.command('reload', 'web')
  const all = world.bulk('start')
  world.filesRead(renewal)
  assert.equal(world.failure(one), 'superseded by stop')
  assert.equal(world.failure(all), 'superseded by restart')
})

test('commands are refused while all stop and while the configuration is adopted', () => {
  for (const { world } of [stopping(), adopting()]) {
    const refused = [
      world.command('start'),
      world.resize(3),
      world.bulk('stop'),
      world.bulkOf('start', 'web'),
      world.renew(),
    ]
    for (const job of refused) {
      assert.equal(world.failure(job), 'the daemon is restarting everything')
    }
  }
})

test('a second restart of everything is refused while the files are read', () => {
  const world = FakeWorld.up(web)
  world.renew()
  assert.equal(world.failure(world.renew()), 'the daemon is restarting everything')
  assert.deepEqual(asked(world), ['readConfiguration'])
})

test('commands are taken again when all start', () => {
  const { world, job } = adopting()
  world.adopted(job, [web, other])
  const stop = world.command('stop', 'other')
  world.allDrained('other')
  assert.equal(world.outcome(stop)?.ok, true)
  world.allReady('web')
  assert.equal(world.failure(job), 'other: superseded by stop')
})

test('an essential watcher that is stopped by it does not stop the daemon', () => {
  const world = FakeWorld.up({ ...web, essential: true, respawn: false })
  const job = world.renew()
  world.filesRead(job)
  world.allDrained()
  world.adopted(job, [web])
  world.allReady()
  assert.equal(world.outcome(job)?.ok, true)
  assert.equal(world.exitCode(), undefined)
})

test('a connection that comes meanwhile wakes nobody', () => {
  const world = new FakeWorld({ ...web, onDemand: true }, other)
  world.bulk('start')
  world.allReady('other')
  const job = world.renew()
  world.filesRead(job)
  assert.deepEqual(world.demands(), ['awaitDemand web', 'ignoreDemand web'])
  world.connect()
  assert.deepEqual(world.pids(), [])
})

test('answers that nobody has asked for change nothing', () => {
  const world = FakeWorld.up(web)
  world.filesRead('7')
  world.adopted('7', [])
  assert.deepEqual(world.statuses(), ['web active'])
  assert.deepEqual(world.signals(), [])
})

test('quit while the files are read', () => {
  const world = FakeWorld.up(web)
  const job = world.renew()
  world.quit()
  assert.equal(world.failure(job), 'superseded by quit')
  world.filesRead(job)
  assert.deepEqual(world.signals(), ['15 to 1000'])
  world.allDrained()
  assert.equal(world.exitCode(), 0)
})

test('quit while all stop: they stop once, and the daemon leaves', () => {
  const { world, job } = stopping()
  const quit = world.quit()
  assert.equal(world.failure(job), 'superseded by quit')
  world.allDrained('web')
  world.allDrained('other')
  assert.equal(world.outcome(quit)?.ok, true)
  assert.equal(world.exitCode(), 0)
  assert.deepEqual(asked(world), ['readConfiguration'])
  assert.deepEqual(world.signals(), ['15 to 1001', '15 to 1000'])
})

test('quit while the configuration is adopted: nothing starts any more', () => {
  const { world, job } = adopting()
  world.quit()
  assert.equal(world.failure(job), 'superseded by quit')
  assert.equal(world.exitCode(), 0)
  world.adopted(job, [web, other])
  assert.deepEqual(world.spawned(), [])
})

test('quit while all start', () => {
  const { world, job } = adopting()
  world.adopted(job, [web, { ...other, dependsOn: [{ watcher: 'web', until: 'ready' }] }])
  world.quit()
  assert.equal(world.failure(job), 'superseded by quit')
  world.allDrained('web')
  assert.equal(world.exitCode(), 0)
  assert.deepEqual(world.spawned(), ['web'])
})

test('when adopting fails, whoever was up is started again, also with autostart = false', () => {
  const manual = { ...web, autostart: false } as const
  const world = FakeWorld.up(manual)
  const job = world.renew()
  world.filesRead(job)
  world.allDrained()
  world.adopted(job, [manual], 'socket http: address in use')
  assert.deepEqual(world.spawned(), ['web'])
})

test('when adopting fails, whoever an operator had stopped stays stopped', () => {
  const world = FakeWorld.up(web, other)
  world.command('stop', 'other')
  world.allDrained('other')
  const job = world.renew()
  world.filesRead(job)
  world.allDrained('web')
  world.adopted(job, [web, other], 'socket http: address in use')
  assert.deepEqual(world.spawned(), ['web'])
})
