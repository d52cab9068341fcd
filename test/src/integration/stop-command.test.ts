import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DaemonUnderTest, isAlive } from './daemon-under-test.ts'

/** Ends with code 5 on SIGUSR1, which no stop of circusd sends by itself. */
const PROGRAM = `
process.on('SIGUSR1', () => process.exit(5))
process.on('SIGTERM', () => process.exit(6))
console.log('up')
setInterval(() => {}, 60_000)
`

function iniWith(stopCommand: string, gracefulTimeout: number): string {
  return `[watcher:a]\ncmd = node a.mjs\ngraceful_timeout = ${gracefulTimeout}\nstop_command = ${stopCommand}\n`
}

async function startWith(stopCommand: string, gracefulTimeout = 600): Promise<DaemonUnderTest> {
  const daemon = await DaemonUnderTest.start(iniWith(stopCommand, gracefulTimeout), {
    'a.mjs': PROGRAM,
    'hang.sh': 'echo $$ > hangs\nexec sleep 1000\n',
  })
  await daemon.logs('up')
  await daemon.active('a')
  return daemon
}

test('stop_command asks the process to end, in place of the stop signal', async () => {
  await using daemon = await startWith('kill -USR1 $(circus.pid)')
  assert.equal((await daemon.call('stop', { name: 'a', waiting: true }))['status'], 'ok')
  assert.equal((await daemon.event('watcher.a.reap')).exit_code, 5)
})

test('a restart, a reload and quit use it, too', async () => {
  await using daemon = await startWith('kill -USR1 $(circus.pid)')
  await daemon.call('restart', { name: 'a', waiting: true })
  await daemon.logs('up', 2)
  await daemon.call('reload', { name: 'a', waiting: true })
  await daemon.logs('up', 3)
  const [last] = await daemon.pids('a')
  await daemon.call('quit')
  await daemon.event('watcher.a.reap', ({ process_pid }) => process_pid === last)
  const codes = daemon.events.flatMap(({ exit_code }) => exit_code ?? [])
  assert.deepEqual(codes, [5, 5, 5])
})

for (const [what, command, reason] of [
  ['fails', 'false', 'exit code 1'],
  ['is missing', 'no-such-program-here', 'no-such-program-here'],
] as const) {
  test(`when stop_command ${what}, the process gets its stop signal`, async () => {
    await using daemon = await startWith(command)
    await daemon.call('stop', { name: 'a', waiting: true })
    assert.equal((await daemon.event('watcher.a.reap')).exit_code, 6)
    assert.match(daemon.output, new RegExp(`stop_command for process \\d+ failed: .*${reason}`))
  })
}

test('when stop_command hangs, SIGKILL follows after graceful_timeout, and it is ended, too', async () => {
  await using daemon = await startWith('sh hang.sh', 0.5)
  await daemon.call('stop', { name: 'a', waiting: true })
  assert.equal((await daemon.event('watcher.a.reap')).exit_code, -9)
  const hangs = join(daemon.home, 'hangs')
  if (!existsSync(hangs)) return
  const pid = Number(daemon.read('hangs'))
  await daemon.eventually(() => (isAlive(pid) ? undefined : true), 'the end of stop_command')
})
