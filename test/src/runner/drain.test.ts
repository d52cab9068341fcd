import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { connect as connectSecurely, type TLSSocket } from 'node:tls'
import { listenOnLoopback } from './listening-socket.ts'
import { RawConnection } from './raw-connection.ts'
import { type RunnerProcess, startRunner } from './runner-process.ts'

/** A connection on which one request has been answered and which is kept alive. */
async function idleConnection(runner: RunnerProcess, path = '/'): Promise<RawConnection> {
  const connection = await RawConnection.open(runner.socket)
  connection.get(path)
  assert.match((await connection.response()).head, /^Connection: keep-alive\r$/m)
  return connection
}

async function beginDrain(runner: RunnerProcess): Promise<void> {
  runner.kill('SIGTERM')
  await runner.logged(/draining/)
}

test('without connections the drain ends at once, also if the application holds timers', async (t) => {
  const runner = startRunner(t, 'holds-timers.js')
  await runner.ready()
  runner.kill('SIGTERM')
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
  assert.match(runner.stderr(), /: draining, 0 connections\n.*: drained in \d+ ms\n$/)
})

test('a request that comes after SIGTERM on an old connection is answered and is the last', async (t) => {
  const runner = startRunner(t, 'hello.js')
  await runner.ready()
  const connection = await idleConnection(runner)
  await beginDrain(runner)
  connection.get('/')
  const { status, head, body } = await connection.response()
  assert.deepEqual({ status, body }, { status: 200, body: 'hello' })
  assert.match(head, /^Connection: close\r$/m)
  await connection.ended
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
})

test('a request whose head is half received at SIGTERM is answered', async (t) => {
  const runner = startRunner(t, 'hello.js')
  await runner.ready()
  const connection = await idleConnection(runner)
  connection.send('GET / HTTP/1.1\r\nHo')
  await idleConnection(runner).then((other) => other.close())
  await beginDrain(runner)
  connection.send('st: test\r\n\r\n')
  assert.match((await connection.response()).head, /^HTTP\/1\.1 200 [^]*^Connection: close\r$/m)
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
})

test('a request whose body arrives during the drain is answered', async (t) => {
  const runner = startRunner(t, 'echo-body.js')
  await runner.ready()
  const connection = await RawConnection.open(runner.socket)
  connection.send('POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nfirst')
  await idleConnection(runner).then((other) => other.close())
  await beginDrain(runner)
  connection.send('later')
  const { head, body } = await connection.response()
  assert.equal(body, 'firstlater')
  assert.match(head, /^Connection: close\r$/m)
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
})

const STREAMING_REQUEST =
  'POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n'

test('a response that promised keep-alive is finished, and the next request is answered', async (t) => {
  const runner = startRunner(t, 'streams-while-receiving.js')
  await runner.ready()
  const connection = await RawConnection.open(runner.socket)
  connection.send(STREAMING_REQUEST)
  const head = await connection.readUntil('begun\r\n')
  assert.match(head, /^Connection: keep-alive\r$/m)
  await beginDrain(runner)
  connection.send('0\r\n\r\n')
  await connection.readUntil('5\r\nended\r\n0\r\n\r\n')
  connection.get('/')
  assert.match((await connection.response()).head, /^Connection: close\r$/m)
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
})

test('a connection that is idle after such a response is closed after the idle grace', async (t) => {
  const runner = startRunner(t, 'streams-while-receiving.js', { flags: ['--idle-grace', '0.1'] })
  await runner.ready()
  const connection = await RawConnection.open(runner.socket)
  connection.send(STREAMING_REQUEST)
  await connection.readUntil('begun\r\n')
  await beginDrain(runner)
  connection.send('0\r\n\r\n')
  await connection.readUntil('0\r\n\r\n')
  await connection.ended
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
})

test('an idle connection is closed after the idle grace', async (t) => {
  const runner = startRunner(t, 'hello.js', { flags: ['--idle-grace', '0.1'] })
  await runner.ready()
  const connection = await idleConnection(runner)
  runner.kill('SIGTERM')
  assert.equal(await connection.closed, undefined)
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
})

test('an idle connection is closed by the keep-alive timeout of the server at the latest', async (t) => {
  const runner = startRunner(t, 'hello.js', {
    flags: ['--keep-alive-timeout', '0.1', '--drain-timeout', '60', '--idle-grace', '60'],
  })
  await runner.ready()
  const connection = await idleConnection(runner)
  runner.kill('SIGTERM')
  assert.equal(await connection.closed, undefined)
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
})

test('a connection on which nothing was sent is closed after the fresh grace', async (t) => {
  const runner = startRunner(t, 'hello.js', { flags: ['--fresh-grace', '0.1'] })
  await runner.ready()
  const silent = await RawConnection.open(runner.socket)
  // Connections are accepted in order: when this one is answered, the silent one is known.
  await idleConnection(runner).then((other) => other.close())
  runner.kill('SIGTERM')
  assert.equal(await silent.closed, undefined)
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
})

test('a first request within the fresh grace is answered', async (t) => {
  const runner = startRunner(t, 'hello.js', { flags: ['--fresh-grace', '20'] })
  await runner.ready()
  const connection = await RawConnection.open(runner.socket)
  await idleConnection(runner).then((other) => other.close())
  await beginDrain(runner)
  connection.get('/')
  assert.equal((await connection.response()).body, 'hello')
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
})

for (const path of ['/set-header', '/object', '/reason', '/list', '/pairs', '/both', '/removed']) {
  test(`an application that asks for keep-alive (${path}) is overruled`, async (t) => {
    const runner = startRunner(t, 'asks-for-keep-alive.js')
    await runner.ready()
    const connection = await idleConnection(runner, '/set-header')
    await beginDrain(runner)
    connection.get(path)
    const { status, head, body } = await connection.response()
    assert.deepEqual({ status, body }, { status: 200, body: 'x' })
    assert.deepEqual(head.match(/^connection: .*(?=\r$)/gim), ['Connection: close'])
    if (path === '/list') assert.match(head, /^Set-Cookie: a=1\r\nSet-Cookie: b=2\r$/m)
    if (path === '/both') assert.match(head, /^X-One: 1\r$/m)
    if (path === '/reason') assert.match(head, /^HTTP\/1\.1 200 Fine\r$/m)
    assert.deepEqual(await runner.exit, { code: 0, signal: null })
  })
}

test('a client that is still sending when the response is finished is not reset', async (t) => {
  const runner = startRunner(t, 'refuses-uploads.js')
  await runner.ready()
  const connection = await RawConnection.open(runner.socket, { halfOpen: true })
  await idleConnection(runner).then((other) => other.close())
  await beginDrain(runner)
  connection.send('POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 300000\r\n\r\n')
  assert.match((await connection.response()).head, /^HTTP\/1\.1 413 [^]*^Connection: close\r$/m)
  await connection.ended
  for (let sent = 0; sent < 300_000; sent += 100_000) connection.send('x'.repeat(100_000))
  connection.end()
  assert.equal(await connection.closed, undefined)
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
})

test('connections that are not accepted any more wait for the next process', async (t) => {
  const socket = listenOnLoopback()
  t.after(() => socket.close())
  const old = startRunner(t, 'hello.js', { socket })
  await old.ready()
  const busy = await idleConnection(old)
  await beginDrain(old)
  const connection = await RawConnection.open(socket)
  connection.get('/')
  const young = startRunner(t, 'hello.js', { socket })
  assert.equal((await connection.response()).body, 'hello')
  connection.close()
  busy.close()
  assert.deepEqual(await old.exit, { code: 0, signal: null })
  assert.doesNotMatch(young.stderr(), /draining/)
})

/** Sends a request that has reached the application when this resolves. */
async function post(connection: RawConnection, path: string): Promise<void> {
  const expect = 'Expect: 100-continue\r\nContent-Length: 4\r\n'
  connection.send(`POST ${path} HTTP/1.1\r\nHost: test\r\n${expect}\r\n`)
  await connection.readUntil('100 Continue\r\n\r\n')
}

test('at the deadline requests are cut off and listed, and the exit code is 75', async (t) => {
  const runner = startRunner(t, 'never-answers.js', { flags: ['--fast-timeout', '0.1'] })
  await runner.ready()
  const incomplete = await RawConnection.open(runner.socket)
  const silent = await RawConnection.open(runner.socket)
  const during = await RawConnection.open(runner.socket)
  const before = await RawConnection.open(runner.socket)
  // Connections are accepted in order: when this one is answered, the others are known.
  await post(before, '/report?year=2024')
  await beginDrain(runner)
  incomplete.send('GET / HTTP/1.1\r\n')
  await post(during, '/during')
  runner.kill('SIGTERM')
  assert.deepEqual(await runner.exit, { code: 75, signal: null })
  await Promise.all([before.ended, incomplete.ended, silent.ended, during.ended])
  assert.match(runner.stderr(), /: the drain deadline passed after .*s, cut off:\n/)
  const [head, ...rows] = runner.stderr().trim().split('\n').slice(-4)
  assert.match(head ?? '', /^METHOD +URL +AGE +PEER$/)
  for (const row of [
    /^POST +\/report\?year=2024 +>\d\.\d s +127\.0\.0\.1:\d+$/,
    /^POST +\/during +\d\.\d s +127\.0\.0\.1:\d+$/,
    /^- +\(request not complete\) +\d\.\d s +127\.0\.0\.1:\d+$/,
  ]) {
    assert(
      rows.some((line) => row.test(line)),
      `${row} in\n${rows.join('\n')}`,
    )
  }
})

test('connections that are merely idle at the deadline are no failure', async (t) => {
  const runner = startRunner(t, 'hello.js', { flags: ['--drain-timeout', '0.2'] })
  await runner.ready()
  const connection = await idleConnection(runner)
  runner.kill('SIGTERM')
  await connection.ended
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
})

const UPGRADE = 'GET / HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n'

test('an upgraded connection works until its client ends it', async (t) => {
  const runner = startRunner(t, 'upgrades.js')
  await runner.ready()
  const connection = await RawConnection.open(runner.socket)
  connection.send(UPGRADE)
  await connection.readUntil('\r\n\r\n')
  await beginDrain(runner)
  connection.send('ping')
  await connection.readUntil('ping')
  connection.end()
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
})

test('an upgraded connection is cut off at the deadline', async (t) => {
  const runner = startRunner(t, 'upgrades.js', { flags: ['--graceful-timeout', '0.2'] })
  await runner.ready()
  const connection = await RawConnection.open(runner.socket)
  connection.send(UPGRADE)
  await connection.readUntil('\r\n\r\n')
  runner.kill('SIGTERM')
  assert.deepEqual(await runner.exit, { code: 75, signal: null })
  assert.match(runner.stderr(), /^- +\(upgraded\) +>\d\.\d s +127\.0\.0\.1:\d+$/m)
})

test('an HTTP/2 stream that is open at SIGTERM is finished', async (t) => {
  const runner = startRunner(t, 'http2.js')
  await runner.ready()
  const session = connect(`http://127.0.0.1:${runner.socket.port}`)
  t.after(() => session.destroy())
  const other = session.request({ ':method': 'GET' })
  await once(other.resume(), 'end')
  const stream = session.request({ ':method': 'POST' })
  stream.setEncoding('utf8')
  stream.write('first')
  await new Promise((resolve) => {
    session.ping(resolve)
  })
  runner.kill('SIGTERM')
  await once(session, 'goaway')
  stream.end('later')
  const chunks = await stream.toArray()
  assert.equal(chunks.join(''), 'firstlater')
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
})

function certificate(t: TestContext): { TLS_KEY: string; TLS_CERTIFICATE: string } {
  const directory = mkdtempSync(join(tmpdir(), 'runner-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const files = ['-keyout', key, '-out', cert, '-subj', '/CN=localhost']
  execFileSync('openssl', ['req', '-x509', ...curve, ...files], { stdio: 'ignore' })
  return { TLS_KEY: key, TLS_CERTIFICATE: cert }
}

async function secureConnection(runner: RunnerProcess): Promise<TLSSocket> {
  const connection = connectSecurely({ port: runner.socket.port, rejectUnauthorized: false })
  await once(connection, 'secureConnect')
  return connection.setEncoding('latin1')
}

test('TLS: old connections are answered, silent ones closed, before and after the handshake', async (t) => {
  const runner = startRunner(t, 'https.js', {
    flags: ['--fresh-grace', '0.1'],
    env: certificate(t),
  })
  await runner.ready()
  const unsecured = await RawConnection.open(runner.socket)
  const silent = await secureConnection(runner)
  const silentEnded = once(silent, 'end')
  const connection = await secureConnection(runner)
  connection.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n')
  assert.match(String(await once(connection, 'data')), /Connection: keep-alive/)
  await beginDrain(runner)
  await Promise.all([unsecured.ended, silentEnded])
  connection.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n')
  assert.match(String(await once(connection, 'data')), /Connection: close/)
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
})
