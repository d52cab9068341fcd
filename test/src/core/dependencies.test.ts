import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Dependency } from '../../../supervisor/dist/core/policy.js'
import { FakeWorld } from './fake-world.ts'

function on(watcher: string, until: Dependency['until'] = 'ready'): readonly Dependency[] {
  return [{ watcher, until }]
}

const db = { name: 'db' } as const
/** Its priority alone would start it first. */
const web = { name: 'web', priority: 9, dependsOn: on('db') } as const
const proxy = { name: 'proxy', priority: 5, dependsOn: on('web') } as const

test('a watcher is started when what it depends on is ready, whatever its priority', () => {
  const world = new FakeWorld(db, web)
  const job = world.bulk('start')
  assert.deepEqual(world.statuses(), ['web stopped', 'db starting'])
  world.allReady('db')
  assert.deepEqual(world.statuses(), ['web starting', 'db active'])
  world.allReady('web')
  assert.deepEqual(world.outcome(job), { ok: true, result: {} })
})

test('ready: every process of the dependency must be', () => {
  const world = new FakeWorld({ ...db, numprocesses: 2 }, web)
  world.bulk('start')
  world.ready(1000)
  assert.deepEqual(world.spawned(), ['db', 'db'])
  world.ready(1001)
  assert.deepEqual(world.spawned(), ['db', 'db', 'web'])
})

test('ready: the hook after_start of the dependency must have agreed', () => {
  const world = new FakeWorld({ ...db, gates: ['after_start'] }, web)
  world.hookAnswer = 'hold'
  world.bulk('start')
  world.allReady('db')
  assert.deepEqual(world.spawned(), ['db'])
  world.answerHook('after_start', true)
  assert.deepEqual(world.spawned(), ['db', 'web'])
})

test('started: it is enough that the dependency has its processes', () => {
  const world = new FakeWorld(db, { ...web, dependsOn: on('db', 'started') })
  world.spawnAnswer = { type: 'held' }
  world.bulk('start')
  assert.deepEqual(world.spawned(), ['db'])
  world.answerSpawns()
  assert.deepEqual(world.spawned(), ['db', 'web'])
  assert.equal(world.watcher('db').is, 'starting')
})

test('started: a dependency whose hook before_start has not answered is not', () => {
  const world = new FakeWorld(
    { ...db, gates: ['before_start'] },
    { ...web, dependsOn: on('db', 'started') },
  )
  world.hookAnswer = 'hold'
  world.bulk('start')
  assert.deepEqual(world.spawned(), [])
  world.answerHook('before_start', true)
  assert.deepEqual(world.spawned(), ['db', 'web'])
})

test('whoever depends on nobody does not wait for whoever waits', () => {
  const world = new FakeWorld(db, web, { name: 'mail', priority: -1 })
  world.bulk('start')
  assert.deepEqual(world.spawned(), ['db', 'mail'])
})

test('among those who may begin, priority decides', () => {
  const world = new FakeWorld(db, { ...web, priority: 1 }, { ...web, name: 'api', priority: 2 })
  world.bulk('start')
  world.allReady('db')
  assert.deepEqual(world.spawned(), ['db', 'api', 'web'])
})

test('the daemon-wide warmup_delay is also kept after a dependency', () => {
  const world = new FakeWorld(db, web)
  world.bulk('start', 2_000)
  world.allReady('db')
  world.advance(1_999)
  assert.deepEqual(world.spawned(), ['db'])
  world.advance(1)
  assert.deepEqual(world.spawned(), ['db', 'web'])
})

test('a start of one watcher starts what it depends on, and what that depends on', () => {
  const world = new FakeWorld(db, web, proxy, { name: 'mail' })
  const job = world.command('start', 'proxy')
  for (const name of ['db', 'web', 'proxy']) world.allReady(name)
  assert.deepEqual(world.spawned(), ['db', 'web', 'proxy'])
  assert.equal(world.watcher('mail').is, 'stopped')
  assert.deepEqual(world.outcome(job), { ok: true, result: { started: [1002], kept: [] } })
})

test('a start of one watcher also starts a dependency with autostart = false', () => {
  const world = new FakeWorld({ ...db, autostart: false }, web)
  world.command('start', 'web')
  assert.deepEqual(world.spawned(), ['db'])
})

test('a start of one watcher leaves alone what it depends on if that is up', () => {
  const world = new FakeWorld(db, web)
  world.command('start', 'db')
  world.allReady('db')
  const job = world.command('start', 'web')
  assert.deepEqual(world.spawned(), ['db', 'web'])
  world.allReady('web')
  assert.deepEqual(world.outcome(job), { ok: true, result: { started: [1001], kept: [] } })
})

test('a stop of one watcher leaves those who depend on it alone', () => {
  const world = FakeWorld.up(db, web)
  world.command('stop', 'db')
  world.allDrained('db')
  assert.deepEqual(world.statuses(), ['web active', 'db stopped'])
})

test('a dependency that cannot be started fails those who depend on it, all the way up', () => {
  const world = new FakeWorld({ ...db, maxRetry: 1 }, web, proxy, { name: 'mail' })
  const job = world.bulk('start')
  world.exit(1000, 1)
  world.allReady('mail')
  assert.equal(
    world.failure(job),
    'db: 0 of 1 processes run: process 1000 exited with code 1 before it was ready' +
      '; web is not started: it depends on db, which is not running' +
      '; proxy is not started: it depends on web, which is not running',
  )
  assert.deepEqual(world.statuses(), ['web stopped', 'proxy stopped', 'db stopped', 'mail active'])
})

test('a dependency that fails at first and then gets ready is waited for', () => {
  const world = new FakeWorld(db, web)
  const job = world.bulk('start')
  world.exit(1000, 1)
  world.advance(1_000)
  assert.deepEqual(world.spawned(), ['db', 'db'])
  world.allReady('db')
  world.allReady('web')
  assert.equal(world.outcome(job)?.ok, true)
})

test('a dependency that is being respawned is waited for', () => {
  const world = FakeWorld.up(db, web)
  world.command('stop', 'web')
  world.allDrained('web')
  world.advance(10_000)
  world.exit(1000, 1)
  const job = world.bulkOf('start', 'web')
  assert.equal(world.outcome(job), undefined)
  assert.deepEqual(world.spawned(), ['db'])
  world.allReady('db')
  assert.deepEqual(world.spawned(), ['db', 'web'])
})

test('a dependency that somebody stops fails those who wait for it', () => {
  const world = new FakeWorld(db, web)
  const job = world.bulk('start')
  world.command('stop', 'db')
  world.allDrained('db')
  assert.match(world.failure(job), /web is not started: it depends on db, which is not running/)
})

test('a dependency that is not there is not waited for', () => {
  const world = new FakeWorld({ ...web, dependsOn: on('nobody') })
  world.bulk('start')
  assert.deepEqual(world.spawned(), ['web'])
})

test('a dependency that sleeps until its first connection is as good as up', () => {
  const world = new FakeWorld({ ...db, onDemand: true }, web)
  world.command('start', 'web')
  assert.deepEqual(world.demands(), ['awaitDemand db'])
  assert.deepEqual(world.spawned(), ['web'])
})

test('a circle begins with whoever comes first, and the others follow', () => {
  const world = new FakeWorld({ ...db, dependsOn: on('web') }, web, proxy)
  const job = world.bulk('start')
  assert.deepEqual(world.spawned(), ['web'])
  world.allReady('web')
  assert.deepEqual(world.spawned(), ['web', 'proxy', 'db'])
  world.allReady('db')
  world.allReady('proxy')
  assert.equal(world.outcome(job)?.ok, true)
})

test('a watcher that depends on itself can be started and stopped', () => {
  const world = new FakeWorld({ dependsOn: on('web') })
  const start = world.bulk('start')
  world.allReady()
  assert.equal(world.outcome(start)?.ok, true)
  const stop = world.bulk('stop')
  world.allDrained()
  assert.equal(world.outcome(stop)?.ok, true)
})

test('a stop of all stops a watcher when those who depend on it have stopped', () => {
  const world = FakeWorld.up(db, web, proxy)
  const job = world.bulk('stop')
  assert.deepEqual(world.statuses(), ['web active', 'proxy stopping', 'db active'])
  world.allDrained('proxy')
  assert.deepEqual(world.statuses(), ['web stopping', 'proxy stopped', 'db active'])
  world.allDrained('web')
  world.allDrained('db')
  assert.equal(world.outcome(job)?.ok, true)
})

test('a stop of all tells everybody at once who is not depended on', () => {
  const world = FakeWorld.up(db, web, { ...web, name: 'api' }, { name: 'mail' })
  world.bulk('stop')
  assert.deepEqual(world.statuses(), ['web stopping', 'api stopping', 'db active', 'mail stopping'])
  world.allDrained('web')
  assert.equal(world.watcher('db').is, 'active')
  world.allDrained('api')
  assert.equal(world.watcher('db').is, 'stopping')
})

test('a circle is stopped too', () => {
  const world = FakeWorld.up({ ...db, dependsOn: on('web') }, web)
  const job = world.bulk('stop')
  assert.deepEqual(world.statuses(), ['web active', 'db stopping'])
  world.allDrained('db')
  world.allDrained('web')
  assert.equal(world.outcome(job)?.ok, true)
})

test('a restart of all stops from the top and starts from the bottom', () => {
  const world = FakeWorld.up(db, web)
  const job = world.bulk('restart')
  world.allDrained('web')
  world.allDrained('db')
  assert.deepEqual(world.spawned(), ['db'])
  world.allReady('db')
  world.allReady('web')
  assert.deepEqual(world.spawned(), ['db', 'web'])
  assert.equal(world.outcome(job)?.ok, true)
})

test('a respawn does not wait for anybody', () => {
  const world = FakeWorld.up(db, web)
  world.command('stop', 'db')
  world.allDrained('db')
  world.advance(10_000)
  world.exit(1001, 1)
  assert.deepEqual(world.spawned(), ['web'])
})

test('quit stops a watcher when those who depend on it have stopped', () => {
  const world = FakeWorld.up(db, web)
  world.quit()
  assert.deepEqual(world.signals(), ['15 to 1001'])
  world.allDrained('web')
  assert.deepEqual(world.signals(), ['15 to 1001', '15 to 1000'])
  world.allDrained('db')
  assert.equal(world.exitCode(), 0)
})

test('a second quit tells all at once', () => {
  const world = FakeWorld.up(db, web)
  world.quit()
  world.quit()
  assert.deepEqual(world.signals(), ['15 to 1001', '15 to 1000', '15 to 1001'])
  world.allDrained('db')
  world.allDrained('web')
  assert.equal(world.exitCode(), 0)
})

test('a start of one watcher waits until what it depends on is ready, if that is starting already', () => {
  const world = new FakeWorld(db, web)
  world.command('start', 'db')
  const job = world.command('start', 'web')
  assert.deepEqual(world.spawned(), ['db'])
  world.allReady('db')
  world.allReady('web')
  assert.equal(world.outcome(job)?.ok, true)
})

test('restart and reload of a stopped watcher start what it depends on, too', () => {
  for (const kind of ['restart', 'reload'] as const) {
    const world = new FakeWorld(db, web)
    world.command(kind, 'web')
    assert.deepEqual(world.spawned(), ['db'], kind)
  }
})

test('a stop of a watcher whose start waits for a dependency ends that start', () => {
  const world = new FakeWorld(db, web)
  const start = world.bulk('start')
  const stop = world.command('stop', 'web')
  assert.equal(world.outcome(stop)?.ok, true)
  world.allReady('db')
  assert.deepEqual(world.statuses(), ['web stopped', 'db active'])
  assert.match(world.failure(start), /superseded by stop/)
})

test('a stop of all during a start of all leaves nobody running', () => {
  const world = new FakeWorld(db, web, { name: 'mail', priority: -1 })
  const start = world.bulk('start', 5_000)
  const stop = world.bulk('stop')
  world.allDrained('db')
  world.advance(100_000)
  assert.equal(world.outcome(stop)?.ok, true)
  assert.deepEqual(world.statuses(), ['web stopped', 'db stopped', 'mail stopped'])
  assert.match(world.failure(start), /superseded by stop/)
})

test('a second quit shortens the wait of those it tells', () => {
  const world = FakeWorld.up(db, web)
  world.quit()
  world.quit()
  world.advance(1_999)
  assert.ok(!world.signals().includes('KILL tree 1000'))
  world.advance(1)
  assert.ok(world.signals().includes('KILL tree 1000'))
})

test('a third quit kills, also those whom a hook and a dependent had held up', () => {
  const world = FakeWorld.up({ ...db, gates: ['before_stop'] }, { ...web, gates: ['before_stop'] })
  world.hookAnswer = 'hold'
  world.quit()
  world.quit()
  world.quit()
  assert.ok(world.signals().includes('KILL tree 1000'))
  assert.ok(world.signals().includes('KILL tree 1001'))
})

test('a start of one watcher that still stops starts what it depends on, too', () => {
  const world = FakeWorld.up(db, web)
  world.command('stop', 'web')
  world.command('stop', 'db')
  world.allDrained('db')
  world.command('start', 'web')
  world.allDrained('web')
  assert.deepEqual(world.spawned(), ['db'])
})
