import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'
import {
  isAlive as isAliveSince,
  ownChildren,
  startTime,
} from '../../../supervisor/dist/os/procfs.js'
import type { Trees } from '../../../supervisor/dist/arbiter/trees.js'
import { temporaryDirectory } from '../os/temporary-directory.ts'
import { isAlive } from './daemon-under-test.ts'
import { openTrees, ProcessTree } from './process-tree.ts'

const LINUX = { skip: process.platform !== 'linux' }

/** One test with cgroups and one without. */
function inBothModes(name: string, body: (t: TestContext, trees: Trees) => Promise<void>): void {
  for (const useCgroups of [false, true]) {
    test(`${name} (${useCgroups ? 'with' : 'without'} cgroups)`, LINUX, async (t) => {
      const trees = openTrees(t, useCgroups)
      if (trees !== undefined) await body(t, trees)
    })
  }
}

for (const [program, count, what] of [
  ['forks-immune-sessions.sh', 2, 'sessions which ignore SIGTERM'],
  ['forks-twice.sh', 1, 'a daemon that forked twice'],
  ['forks-with-empty-environment.sh', 1, 'a session with an empty environment'],
  ['forks-stopped-group.sh', 1, 'a stopped process in another group'],
] as const) {
  inBothModes(`a stop ends ${what}`, async (_, trees) => {
    const tree = ProcessTree.of(trees, program)
    const forked = await tree.forked(count)
    assert.deepEqual(
      forked.map(isAlive),
      forked.map(() => true),
    )
    await tree.stop()
    assert.deepEqual([tree.pid, ...forked].filter(isAlive), [])
  })

  inBothModes(`a kill ends ${what}`, async (_, trees) => {
    const tree = ProcessTree.of(trees, program)
    const forked = await tree.forked(count)
    await tree.kill()
    assert.deepEqual([tree.pid, ...forked].filter(isAlive), [])
  })
}

for (const program of ['forks-immune-sessions.sh', 'forks-twice.sh', 'forks-stopped-group.sh']) {
  inBothModes(`what a crash leaves behind is ended: ${program}`, async (_, trees) => {
    const tree = ProcessTree.of(trees, program)
    const forked = await tree.forked()
    await tree.crash()
    assert.deepEqual(forked.filter(isAlive), [])
  })
}

inBothModes('a grandchild whose parent died long ago is ended', async (_, trees) => {
  const tree = ProcessTree.of(trees, 'forks-twice.sh')
  const [grandchild = 0] = await tree.forked()
  await falls(grandchild)
  await tree.stop()
  assert.equal(isAlive(grandchild), false)
})

inBothModes('a process which forks anew and ends all the time is caught', async (_, trees) => {
  const tree = ProcessTree.of(trees, 'forks-for-ever.sh')
  const [first = 0] = await tree.forked()
  while (isAlive(first)) await new Promise(setImmediate)
  await tree.stop()
  assert.deepEqual(await childrenLeft(), [])
})

test('a daemon that shows nothing of its origin is found by its cgroup', LINUX, async (t) => {
  const trees = openTrees(t, true)
  if (trees === undefined) return
  const tree = ProcessTree.of(trees, 'forks-nameless-daemon.sh')
  const [nameless = 0] = await tree.forked()
  await falls(nameless)
  await tree.stop()
  assert.equal(isAlive(nameless), false)
})

test('without cgroups it lives until circusd leaves, and no longer', LINUX, async (t) => {
  const trees = openTrees(t, false)
  if (trees === undefined) return
  const tree = ProcessTree.of(trees, 'forks-nameless-daemon.sh')
  const [nameless = 0] = await tree.forked()
  await falls(nameless)
  await tree.stop()
  assert.equal(isAlive(nameless), true)
  await trees.close()
  assert.equal(isAlive(nameless), false)
})

inBothModes('a stop ends nobody of another tree', async (_, trees) => {
  const [one, other] = [1, 2].map(() => ProcessTree.of(trees, 'forks-twice.sh'))
  const [ours = 0, theirs = 0] = (await Promise.all([one?.forked(), other?.forked()])).flat()
  await one?.stop()
  assert.equal(isAlive(ours), false)
  assert.equal(isAlive(theirs), true)
  await other?.stop()
  assert.equal(isAlive(theirs), false)
})

inBothModes('an orphan that dies is reaped while its tree lives', async (t, trees) => {
  const fifo = join(temporaryDirectory(t), 'fifo')
  execFileSync('mkfifo', [fifo])
  const tree = ProcessTree.of(trees, 'forks-zombie.sh', fifo)
  const [orphan = 0] = await tree.forked()
  await falls(orphan)
  writeFileSync(fifo, 'die\n')
  while (startTime(orphan) !== undefined) await new Promise(setImmediate)
  assert.equal(isAlive(tree.pid), true)
  await tree.stop()
})

inBothModes('direct children are told with their start times', async (_, trees) => {
  const tree = ProcessTree.of(trees, 'forks-immune-sessions.sh')
  const forked = await tree.forked(2)
  const children = trees.children(tree.ref)
  assert.deepEqual(children.map(({ pid }) => pid).toSorted(), forked.toSorted())
  assert.ok(children.every(({ pid, startTime }) => isAliveSince(pid, startTime)))
  await tree.kill()
  assert.deepEqual(trees.children(tree.ref), [])
})

test('no exit status of child_process is taken away', LINUX, async (t) => {
  const trees = openTrees(t, false)
  if (trees === undefined) return
  const tree = new ProcessTree(trees, '/bin/sh', ['-c', ORPHANS_THAT_DIE])
  const spawned = Array.from({ length: 200 }, () => spawn('/bin/sh', ['-c', 'exit 7']))
  const codes = await Promise.all(spawned.map(async (child) => (await once(child, 'exit'))[0]))
  assert.deepEqual(new Set(codes), new Set([7]))
  await tree.stop()
})

test(
  'no exit status is taken away from a worker thread which has no time for it',
  LINUX,
  async (t) => {
    const trees = openTrees(t, false)
    if (trees === undefined) return
    const tree = new ProcessTree(trees, '/bin/sh', ['-c', ORPHANS_THAT_DIE])
    const worker = new Worker(SPAWNS_IN_THREAD, { eval: true })
    const [code] = await once(worker, 'message')
    assert.equal(code, 7)
    await worker.terminate()
    await tree.stop()
  },
)

inBothModes('processes which end at once are swept at once', async (_, trees) => {
  const all = Array.from({ length: 100 }, () => new ProcessTree(trees, '/bin/sleep', ['1000']))
  for (const { ref } of all) trees.killAll(ref)
  await Promise.all(all.map(({ swept }) => swept))
  assert.deepEqual(await childrenLeft(), [])
})

/** Keeps SIGCHLD and zombies coming. */
const ORPHANS_THAT_DIE = `
while :; do sh -c 'sleep 0.01 &'; done
`

const SPAWNS_IN_THREAD = `
const { spawn } = require('node:child_process')
const { parentPort } = require('node:worker_threads')
const child = spawn('/bin/sh', ['-c', 'exit 7'])
const end = Date.now() + 500
while (Date.now() < end);
child.on('exit', (code) => parentPort.postMessage(code))
`

/** Resolves when a process has lost its parent and is a child of ours. */
async function falls(pid: number): Promise<void> {
  while (!ownChildren().includes(pid)) await new Promise(setImmediate)
}

/** Children of ours, when all that are dead have been reaped. */
async function childrenLeft(): Promise<readonly number[]> {
  while (ownChildren().some((pid) => !isAlive(pid))) await new Promise(setImmediate)
  return ownChildren()
}
