import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DaemonUnderTest, isAlive } from './daemon-under-test.ts'

/** Ends with code 7 on SIGINT, with 8 on SIGTERM. */
const PROGRAM = `
process.on('SIGINT', () => process.exit(7))
process.on('SIGTERM', () => process.exit(8))
console.log('up')
setInterval(() => {}, 60_000)
`

/** Ignores SIGTERM itself, and ends with code 5 when its child was ended by one. */
const PARENT = `
import { spawn } from 'node:child_process'
process.on('SIGTERM', () => {})
const child = spawn('sleep', ['1000'])
child.on('spawn', () => console.log('up'))
child.on('exit', (code, signal) => process.exit(signal === 'SIGTERM' ? 5 : 6))
`

for (const [lines, exitCode] of [
  ['', 8],
  ['stop_signal = INT', 7],
  ['stop_signal = 2', 7],
  ['graceful_timeout = 0', -9],
] as const) {
  test(`a process is stopped by ${lines === '' ? 'SIGTERM' : lines}`, async () => {
    await using daemon = await DaemonUnderTest.start(`[watcher:a]\ncmd = node a.mjs\n${lines}\n`, {
      'a.mjs': PROGRAM,
    })
    await daemon.logs('up')
    await daemon.active('a')
    await daemon.call('stop', { name: 'a', waiting: true })
    const { exit_code } = await daemon.event('watcher.a.reap')
    // Without a graceful timeout SIGKILL follows the stop signal at once: either may come first.
    const expected: readonly (number | undefined)[] = exitCode === -9 ? [-9, 8] : [exitCode]
    assert.ok(expected.includes(exit_code), `exit code ${exit_code}`)
  })
}

test('stop_children: the stop signal also goes to direct children', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:a]\ncmd = node a.mjs\nstop_children = true\ngraceful_timeout = 600\n`,
    { 'a.mjs': PARENT },
  )
  await daemon.logs('up')
  await daemon.active('a')
  await daemon.call('stop', { name: 'a', waiting: true })
  assert.equal((await daemon.event('watcher.a.reap')).exit_code, 5)
})

test('without stop_children it does not, and the children are ended with SIGKILL', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:a]\ncmd = sh -c 'sleep 1000 & echo child $!; exec sleep 1000'\n`,
  )
  await daemon.logs('child ')
  await daemon.active('a')
  const child = Number(/child (\d+)/.exec(daemon.output)?.[1])
  await daemon.call('stop', { name: 'a', waiting: true })
  assert.equal(isAlive(child), false)
})
