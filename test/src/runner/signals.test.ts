import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { listenOnLoopback } from './listening-socket.ts'
import { RawConnection } from './raw-connection.ts'
import { FIXTURES, type RunnerProcess, startRunner } from './runner-process.ts'

/** A request that has reached the application and is not answered. The body decides when. */
async function requestUnderWay(runner: RunnerProcess): Promise<RawConnection> {
  const connection = await RawConnection.open(runner.socket)
  connection.send('POST / HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n')
  await connection.readUntil('100 Continue\r\n\r\n')
  return connection
}

test('a second SIGTERM shortens the deadline', async (t) => {
  const runner = startRunner(t, 'never-answers.js', { flags: ['--fast-timeout', '0.1'] })
  await runner.ready()
  await requestUnderWay(runner)
  runner.kill('SIGTERM')
  await runner.logged(/draining/)
  runner.kill('SIGTERM')
  assert.deepEqual(await runner.exit, { code: 75, signal: null })
})

test('SIGQUIT closes idle connections at once and waits for requests as long as --fast-timeout', async (t) => {
  const runner = startRunner(t, 'echo-body.js', { flags: ['--fast-timeout', '20'] })
  await runner.ready()
  const idle = await RawConnection.open(runner.socket)
  idle.get('/')
  await idle.response()
  const silent = await RawConnection.open(runner.socket)
  const busy = await requestUnderWay(runner)
  runner.kill('SIGQUIT')
  await Promise.all([idle.ended, silent.ended])
  busy.send('body')
  assert.equal((await busy.response()).body, 'body')
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
})

test('SIGQUIT cuts requests off after --fast-timeout', async (t) => {
  const runner = startRunner(t, 'never-answers.js', { flags: ['--fast-timeout', '0.1'] })
  await runner.ready()
  await requestUnderWay(runner)
  runner.kill('SIGQUIT')
  assert.deepEqual(await runner.exit, { code: 75, signal: null })
})

test('SIGINT drains, a second one ends at once with 130', async (t) => {
  const runner = startRunner(t, 'never-answers.js')
  await runner.ready()
  await requestUnderWay(runner)
  runner.kill('SIGINT')
  await runner.logged(/draining, 1 connection\n/)
  runner.kill('SIGINT')
  assert.deepEqual(await runner.exit, { code: 130, signal: null })
})

test('SIGHUP is ignored and SIGUSR1 opens no inspector', async (t) => {
  const runner = startRunner(t, 'hello.js')
  await runner.ready()
  runner.kill('SIGHUP')
  runner.kill('SIGUSR1')
  const connection = await RawConnection.open(runner.socket)
  connection.get('/')
  assert.equal((await connection.response()).body, 'hello')
  connection.close()
  runner.kill('SIGTERM')
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
  assert.doesNotMatch(runner.stderr(), /[Dd]ebugger/)
})

test("the application's handler of SIGTERM is called after the drain", async (t) => {
  const runner = startRunner(t, 'ends-on-sigterm.js')
  await runner.ready()
  const connection = await requestUnderWay(runner)
  runner.kill('SIGTERM')
  await runner.logged(/draining/)
  assert.equal(runner.stdout(), '')
  connection.send('body')
  assert.equal((await connection.response()).body, 'body')
  assert.deepEqual(await runner.exit, { code: 7, signal: null })
  assert.equal(runner.stdout(), 'clean-up\n')
  assert.match(runner.stderr(), /drained in/)
})

test('an asynchronous handler of the application is waited for; a removed one is not called', async (t) => {
  const runner = startRunner(t, 'cleans-up-slowly.js')
  await runner.ready()
  runner.kill('SIGTERM')
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
  assert.equal(runner.stdout(), 'first\nsecond\n')
})

test('a handler that gives no promise has until nothing keeps the process alive', async (t) => {
  const runner = startRunner(t, 'cleans-up-with-callbacks.js')
  await runner.ready()
  runner.kill('SIGTERM')
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
  assert.equal(runner.stdout(), 'clean\n')
})

test('a handler that fails is reported: exit code 1', async (t) => {
  const runner = startRunner(t, 'fails-to-clean-up.js')
  await runner.ready()
  runner.kill('SIGTERM')
  assert.deepEqual(await runner.exit, { code: 1, signal: null })
  assert.match(
    runner.stderr(),
    /a SIGTERM handler of the application failed\nError: already clean\n/,
  )
})

test('an exception that nobody catches ends the process, but not the requests that end soon', async (t) => {
  const runner = startRunner(t, 'crashes-later.js')
  await runner.ready()
  const connection = await RawConnection.open(runner.socket)
  connection.get('/')
  const { head, body } = await connection.response()
  assert.match(head, /^Connection: close\r$/m)
  assert.equal(body, 'hello')
  assert.deepEqual(await runner.exit, { code: 1, signal: null })
  assert.match(
    runner.stderr(),
    /: uncaught exception\nError: lost promise\n +at .*crashes-later\.js:3/,
  )
  assert.doesNotMatch(runner.stderr(), /node:/)
})

test('an application that handles its own exceptions goes on', async (t) => {
  const runner = startRunner(t, 'survives-exceptions.js')
  await runner.ready()
  const connection = await RawConnection.open(runner.socket)
  for (const _request of [1, 2]) {
    connection.get('/')
    assert.equal((await connection.response()).body, 'hello')
  }
  connection.close()
  runner.kill('SIGTERM')
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
})

test('it drains when its parent has died', async (t) => {
  const socket = listenOnLoopback()
  t.after(() => socket.close())
  const bin = fileURLToPath(new URL('../../../runner/bin/runner.js', import.meta.url))
  const parent = spawn(
    'sh',
    ['-c', '"$@" & wait', 'sh', process.execPath, bin, '--fd', '3', `${FIXTURES}hello.js`],
    {
      env: { PATH: process.env.PATH, NOTIFY_FD: '4' },
      stdio: ['ignore', 'ignore', 'pipe', socket.fd, 'pipe'],
    },
  )
  const stderr: string[] = []
  parent.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr.push(chunk)
    if (chunk.includes('serving')) parent.kill('SIGKILL')
  })
  // The pipes close when the runner has ended too.
  await once(parent, 'close')
  assert.match(stderr.join(''), /the supervisor is gone\n.*draining, 0 connections\n.*drained in/)
})
