import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arbiterWakeTime } from '../../../supervisor/dist/core/arbiter.js'
import type { WatcherPolicy } from '../../../supervisor/dist/core/policy.js'
import { FakeWorld } from './fake-world.ts'

const HISTORIES = Number(process.env['BIGTOP_HISTORIES'] ?? 1_000)
const STEPS = 60

/** A small seeded generator (mulberry32): the same seed is the same history. */
function newDice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * sides)
  }
}

function randomPolicy(dice: (sides: number) => number, name: string): Partial<WatcherPolicy> {
  const singleton = dice(5) === 0
  return {
    name,
    singleton,
    numprocesses: singleton ? 1 : dice(4),
    respawn: dice(5) > 0,
    maxRetry: dice(4) - 1,
    warmupDelayMs: dice(3) * 100,
    gracefulTimeoutMs: dice(3) * 1_000,
    reloadBatch: 1 + dice(3),
    maxSurge: dice(5) || null,
    sendHup: dice(8) === 0,
    priority: dice(3),
    readyTimeoutMs: 2_000,
    hasSockets: dice(2) === 0,
    ready: dice(2) === 0 ? { kind: 'auto' } : { kind: 'notify' },
  }
}

/** One thing that operators, programs or the system may do at any moment. */
function disturb(world: FakeWorld, dice: (sides: number) => number, jobs: string[]): void {
  const names = world.arbiter.watchers.map(({ policy }) => policy.name)
  const name = names[dice(names.length)] ?? 'a'
  const pids = world.processes(name).flatMap(({ pid }) => (pid === null ? [] : [pid]))
  const pid = pids[dice(Math.max(1, pids.length))]
  switch (dice(14)) {
    case 0:
      jobs.push(world.command('start', name))
      return
    case 1:
      jobs.push(world.command('stop', name))
      return
    case 2:
      jobs.push(world.command('restart', name))
      return
    case 3:
    case 4:
      jobs.push(world.command('reload', name))
      return
    case 5:
      jobs.push(world.resize(dice(5), name))
      return
    case 6:
      jobs.push(
        world.bulk((['start', 'stop', 'restart', 'reload'] as const)[dice(4)] ?? 'start', 50),
      )
      return
    case 7:
      world.spawnAnswer = { type: 'spawnFailed', reason: 'no', permanent: dice(2) === 0 }
      return
    case 8:
      world.answerSpawns()
      return
    case 9:
      world.spawnAnswer = { type: 'held' }
      return
    case 10:
      if (pid !== undefined) world.exit(pid, dice(3) - 1)
      return
    case 11:
      if (pid !== undefined) world.ready(pid)
      return
    case 12:
      if (pid !== undefined)
        world.happens(pid, { type: dice(2) === 0 ? 'notified' : 'notifyClosed' })
      return
    default:
      world.advance(dice(3_000))
  }
}

function checkAlways(world: FakeWorld): void {
  for (const watcher of world.arbiter.watchers) {
    const { policy, slots, processes } = watcher
    assert.ok(slots.length <= Math.max(policy.numprocesses, slots.length))
    assert.equal(new Set(slots.map(({ wid }) => wid)).size, slots.length, 'a wid is one slot')
    const up = processes.filter(({ want }) => want === 'up')
    if (policy.singleton) assert.ok(up.length <= 1, 'a singleton is one process')
    if (watcher.want === 'down')
      assert.equal(up.length, 0, 'nobody is up in a watcher that is down')
    if (watcher.is === 'stopped') {
      assert.equal(processes.length, 0, 'a stopped watcher has no process')
      assert.equal(watcher.running, null, 'a stopped watcher has no job')
    }
    const ready = new Map<number, number>()
    for (const { wid, is } of up) if (is === 'ready') ready.set(wid, (ready.get(wid) ?? 0) + 1)
    const mayDouble = watcher.running?.job.kind === 'reload' && policy.reloadBatch > 1
    for (const count of ready.values()) {
      assert.ok(count === 1 || (mayDouble && count === 2), 'a slot is served once')
    }
  }
}

/** The stop of a process that served is justified: its slot is served by another one, or the operator wants fewer. */
function checkStops(before: FakeWorld['arbiter'], world: FakeWorld): void {
  for (const watcher of world.arbiter.watchers) {
    const { running, policy } = watcher
    if (running?.job.kind !== 'reload' || running.step !== 'replacing') continue
    if (policy.singleton || policy.sendHup) continue
    const old = before.watchers.find((one) => one.policy.name === policy.name)
    if (old === undefined || old.policy.numprocesses !== policy.numprocesses) continue
    if (old.running?.job.id !== running.job.id) continue
    for (const process of old.processes) {
      if (process.is !== 'ready' || process.want !== 'up') continue
      const now = watcher.processes.find(({ id }) => id === process.id)
      if (now === undefined || now.want === 'up') continue
      const successor = watcher.processes.find(
        ({ wid, is, want, id }) =>
          wid === process.wid && is === 'ready' && want === 'up' && id > process.id,
      )
      assert.ok(successor, `process ${process.pid} was stopped without a ready successor`)
    }
  }
}

/** From here on programs behave: they start, get ready and end when told to. */
function calmDown(world: FakeWorld): void {
  world.answerSpawns()
  for (let round = 0; round < 300; round += 1) {
    for (const { policy } of world.arbiter.watchers) {
      world.allReady(policy.name)
      world.allDrained(policy.name)
    }
    world.advance(500)
  }
}

test(`in ${HISTORIES} random histories no invariant breaks and every job ends`, () => {
  for (let seed = 1; seed <= HISTORIES; seed += 1) {
    const dice = newDice(seed)
    const world = new FakeWorld(randomPolicy(dice, 'a'), randomPolicy(dice, 'b'))
    const jobs: string[] = []
    try {
      for (let step = 0; step < STEPS; step += 1) {
        const before = world.arbiter
        disturb(world, dice, jobs)
        checkAlways(world)
        checkStops(before, world)
      }
      calmDown(world)
      checkAlways(world)
      for (const job of jobs)
        assert.ok(world.outcome(job), `job ${job} has not ended: ${JSON.stringify(world.arbiter)}`)
      for (const { policy } of world.arbiter.watchers) {
        world.command('stop', policy.name)
        world.allDrained(policy.name)
        assert.equal(world.watcher(policy.name).is, 'stopped')
      }
      assert.equal(arbiterWakeTime(world.arbiter), null, 'a stopped world asks for nothing')
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error })
    }
  }
})
