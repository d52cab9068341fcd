import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import {
  allPids,
  children,
  commandLine,
  descendants,
  environmentVariable,
  isAlive,
  isDead,
  ownChildren,
  parseStat,
  processStat,
  startTime,
} from '../../../supervisor/dist/os/procfs.js'
import { startProcess, startShell } from './started-process.ts'

const LINUX = { skip: process.platform !== 'linux' }
const env = { PATH: '/usr/bin:/bin' }

/** Fields 5 to 24 of a stat line: 22 is the start time. */
const REST = '10 11 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 3 0 123456 0 0'

for (const command of ['sleep', 'two words', 'tricky) Z 1 (', ')', '']) {
  test(`the stat line of "(${command})" is understood`, () => {
    assert.deepEqual(parseStat(`4242 (${command}) S 77 ${REST}\n`), {
      state: 'S',
      parentPid: 77,
      session: 11,
      threads: 3,
      startTime: 123_456,
    })
  })
}

test('a stat line without its fields is nothing', () => {
  assert.equal(parseStat(''), undefined)
})

test('a process is alive until it ends', LINUX, async (t) => {
  const { process, exited } = startProcess(t, { args: ['60'] })
  const started = startTime(process.pid)
  assert.ok(started !== undefined)
  assert.equal(isAlive(process.pid, started), true)
  process.stdout?.destroy()
  globalThis.process.kill(process.pid)
  await exited
  assert.equal(isAlive(process.pid, started), false)
  assert.equal(startTime(process.pid), undefined)
})

test('another process with the same pid is not the one meant', LINUX, () => {
  const started = startTime(process.pid)
  assert.ok(started !== undefined)
  assert.equal(isAlive(process.pid, started), true)
  assert.equal(isAlive(process.pid, started - 1), false)
})

test('a zombie has a start time and is not alive', LINUX, async (t) => {
  // The shell leaves its place to a program which reaps nobody.
  const { process } = startShell(t, 'sh -c "echo \\$\\$" & exec sleep 60', { stdout: 'pipe', env })
  assert.ok(process.stdout)
  const [line] = await once(process.stdout, 'data')
  const zombie = Number(line)
  const started = startTime(zombie)
  assert.ok(started !== undefined)
  while (isAlive(zombie, started)) await new Promise(setImmediate)
  assert.equal(startTime(zombie), started)
})

test('the command line is told word by word', LINUX, async (t) => {
  const { process } = startShell(t, 'echo; read line', { stdin: 'inherit', stdout: 'pipe' })
  assert.deepEqual(commandLine(process.pid), ['/bin/sh', '-c', 'echo; read line'])
  assert.equal(commandLine(2 ** 30), undefined)
})

test('children and descendants are found', LINUX, async (t) => {
  const { process } = startShell(t, 'sh -c "sleep 60 & echo \\$\\$ \\$!; wait" & wait', {
    stdout: 'pipe',
    env,
  })
  assert.ok(process.stdout)
  const [line] = await once(process.stdout, 'data')
  const [child, grandchild] = String(line).split(' ').map(Number)
  assert.deepEqual(children(process.pid), [child])
  assert.deepEqual(descendants(process.pid), [child, grandchild])
  assert.deepEqual(descendants(2 ** 30), [])
})

test('a process whose first thread has ended lives on in the others', () => {
  const stat = parseStat(`1 (x) Z 1 ${REST}`)
  assert.ok(stat)
  assert.equal(isDead(stat), false)
  assert.equal(isDead({ ...stat, threads: 1 }), true)
  assert.equal(isDead({ ...stat, threads: 1, state: 'D' }), false)
})

test(
  'our own children are those which we spawned, and stay until they are reaped',
  LINUX,
  async (t) => {
    const { process, exited } = startProcess(t, { args: ['60'] })
    assert.deepEqual(ownChildren(), [process.pid])
    globalThis.process.kill(process.pid)
    await exited
    assert.deepEqual(ownChildren(), [])
  },
)

test('a child leads its own session', LINUX, (t) => {
  const { process } = startProcess(t, { args: ['60'] })
  assert.equal(processStat(process.pid)?.session, process.pid)
})

test('a variable of the environment of a process is found', LINUX, (t) => {
  const { process } = startProcess(t, { args: ['60'], env: { AB: '1', A: 'two words=3', B: '' } })
  assert.equal(environmentVariable(process.pid, 'A'), 'two words=3')
  assert.equal(environmentVariable(process.pid, 'B'), '')
  assert.equal(environmentVariable(process.pid, 'C'), undefined)
  assert.equal(environmentVariable(2 ** 30, 'A'), undefined)
})

test('our own pid is among all pids', LINUX, () => {
  assert.ok(allPids().includes(process.pid))
})
