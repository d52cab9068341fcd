import assert from 'node:assert/strict'
import { once } from 'node:events'
import { closeSync } from 'node:fs'
import { test } from 'node:test'
import {
  killGroup,
  sendSignal,
  signalName,
  signalNumber,
  signalProcess,
} from '../../../supervisor/dist/os/signal.js'
import { openPidfd, signalPidfd } from '../../../supervisor/dist/os/pidfd.js'
import { startTime } from '../../../supervisor/dist/os/procfs.js'
import { startProcess, startShell } from './started-process.ts'

const LINUX = { skip: process.platform !== 'linux' }

for (const [name, number] of [
  ['SIGTERM', 15],
  ['TERM', 15],
  ['sigterm', 15],
  ['hup', 1],
  ['TER', undefined],
  ['', undefined],
  ['15', undefined],
] as const) {
  test(`the number of "${name}" is ${number}`, () => assert.equal(signalNumber(name), number))
}

for (const [name, number] of [
  ['SIGRTMIN', 34],
  ['rtmin+2', 36],
  ['SIGRTMAX', 64],
  ['RTMAX-1', 63],
  ['RTMIN+30', 64],
  ['RTMIN+31', undefined],
  ['RTMAX-31', undefined],
  ['RTMIN-1', undefined],
] as const) {
  test(`the number of "${name}" is ${number}`, LINUX, () =>
    assert.equal(signalNumber(name), number),
  )
}

for (const [number, name] of [
  [15, 'SIGTERM'],
  [6, 'SIGABRT'],
  [0, undefined],
  [99, undefined],
] as const) {
  test(`the name of ${number} is ${name}`, () => assert.equal(signalName(number), name))
}

for (const [number, name] of [
  [33, undefined],
  [34, 'SIGRTMIN'],
  [36, 'SIGRTMIN+2'],
  [64, 'SIGRTMIN+30'],
  [65, undefined],
] as const) {
  test(`the name of ${number} is ${name}`, LINUX, () => assert.equal(signalName(number), name))
}

test('a signal reaches its process', async (t) => {
  const { process, exited } = startProcess(t, { args: ['60'] })
  assert.equal(sendSignal(process.pid, 10), 'sent')
  assert.deepEqual(await exited, { exitCode: null, signal: signalName(10) })
})

test('a real-time signal reaches its process', LINUX, async (t) => {
  const { process } = startShell(t, 'trap "echo got" 36; echo; while :; do sleep 0.05; done', {
    stdout: 'pipe',
    env: { PATH: '/usr/bin:/bin' },
  })
  assert.ok(process.stdout)
  await once(process.stdout, 'data')
  assert.equal(sendSignal(process.pid, 36), 'sent')
  const [answer] = await once(process.stdout, 'data')
  assert.equal(String(answer), 'got\n')
})

test('a signal to a process which was reaped is "gone", not an error', async (t) => {
  const { process, exited } = startShell(t, 'exit 0')
  await exited
  assert.equal(sendSignal(process.pid, 15), 'gone')
  assert.equal(killGroup(process.pid), 'gone')
})

test('a signal reaches the process with that start time, and no other', LINUX, async (t) => {
  const { process, exited } = startProcess(t, { args: ['60'] })
  const started = startTime(process.pid)
  assert.ok(started !== undefined)
  assert.equal(signalProcess({ pid: process.pid, startTime: started - 1 }, 9), 'gone')
  assert.equal(signalProcess({ pid: process.pid, startTime: started }, 15), 'sent')
  assert.deepEqual(await exited, { exitCode: null, signal: 'SIGTERM' })
  assert.equal(signalProcess({ pid: process.pid, startTime: started }, 15), 'gone')
})

test(
  'a process descriptor means the process that it was opened for, also after its end',
  LINUX,
  async (t) => {
    const { process, exited } = startProcess(t, { args: ['60'] })
    const pidfd = openPidfd(process.pid)
    if (typeof pidfd !== 'number') return t.skip('this kernel has no pidfd_open(2)')
    t.after(() => closeSync(pidfd))
    assert.equal(signalPidfd(pidfd, process.pid, 9), 'sent')
    await exited
    assert.equal(signalPidfd(pidfd, process.pid, 9), 'gone')
    assert.equal(openPidfd(process.pid), 'gone')
    assert.throws(() => signalPidfd(pidfd, process.pid, 99), {
      name: 'SystemError',
      code: 'EINVAL',
    })
  },
)

test('what is no signal is told as an error', () => {
  assert.throws(() => sendSignal(process.pid, 99), {
    name: 'SystemError',
    code: 'EINVAL',
    message: `Cannot send signal 99 to process ${process.pid}: invalid argument (EINVAL)`,
  })
})

test("killing a group reaches the leader's children, also after its own death", async (t) => {
  const { process, exited } = startShell(t, 'sleep 60 & echo $!', {
    stdout: 'pipe',
    env: { PATH: '/usr/bin:/bin' },
  })
  assert.ok(process.stdout)
  await exited
  process.stdout.resume()
  assert.equal(killGroup(process.pid), 'sent')
  await once(process.stdout, 'end') // The grandchild held the pipe.
})

for (const pid of [1, 0, -1, 1.5, Number.NaN]) {
  test(`${pid} is no process to signal`, () => {
    assert.throws(() => sendSignal(pid, 0), RangeError)
    assert.throws(() => killGroup(pid), RangeError)
    assert.throws(() => signalProcess({ pid, startTime: 1 }, 0), RangeError)
  })
}
