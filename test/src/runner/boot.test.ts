import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { listenOnLoopback, listenOnPath } from './listening-socket.ts'
import { RawConnection } from './raw-connection.ts'
import { FIXTURES, startRunner } from './runner-process.ts'

function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'runner-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return directory
}

test('it says that it is loading, that it is ready and that it is stopping', async (t) => {
  const runner = startRunner(t, 'hello.js')
  await runner.ready()
  runner.kill('SIGTERM')
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
  assert.deepEqual(runner.notified(), [
    `STATUS=loading ${FIXTURES}hello.js`,
    'READY=1',
    'STOPPING=1',
  ])
})

test('it says on stderr what it serves and where', async (t) => {
  const runner = startRunner(t, 'hello.js')
  await runner.ready()
  const serving = `serving ${FIXTURES}hello.js (Node handler) on fd 3, 127.0.0.1:${runner.socket.port}`
  await runner.logged(/serving/)
  assert.equal(runner.stderr(), `runner[${runner.pid}]: ${serving}\n`)
})

test('a supervisor that closes the readiness pipe is no reason to stop serving', async (t) => {
  const runner = startRunner(t, 'hello.js')
  await runner.ready()
  runner.closeNotifyPipe()
  runner.kill('SIGTERM')
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
  assert.match(runner.stderr(), /drained in/)
  assert.doesNotMatch(runner.stderr(), /EPIPE/)
})

test('a NOTIFY_FD that was not handed down is not written to', async (t) => {
  const socket = listenOnLoopback()
  t.after(() => socket.close())
  const runner = startRunner(t, 'hello.js', {
    socket,
    stdio: ['ignore', 'pipe', 'pipe', socket.fd],
    env: { NOTIFY_FD: '5' },
  })
  await runner.logged(/serving/)
  assert.match(runner.stderr(), /cannot report readiness: NOTIFY_FD 5 was not handed down/)
})

test('clients that connected before the application was loaded are served', async (t) => {
  const socket = listenOnLoopback()
  t.after(() => socket.close())
  const connection = await RawConnection.open(socket)
  connection.get('/')
  startRunner(t, 'hello.js', { socket })
  assert.equal((await connection.response()).body, 'hello')
  connection.close()
})

test('it serves on a unix socket and names its path', async (t) => {
  const path = join(temporaryDirectory(t), 'web.sock')
  const socket = listenOnPath(path)
  t.after(() => socket.close())
  const runner = startRunner(t, 'hello.js', {
    socket,
    env: { CIRCUS_SOCKETS: JSON.stringify([{ name: 'web', fd: 3, family: 'unix', path }]) },
  })
  await runner.ready()
  const connection = await RawConnection.open(socket)
  connection.get('/')
  assert.equal((await connection.response()).status, 200)
  connection.close()
  await runner.logged(new RegExp(`on fd 3, ${path}\n`))
})

test('the socket may be standard input, as for FastCGI programs', async (t) => {
  const socket = listenOnLoopback()
  t.after(() => socket.close())
  const runner = startRunner(t, 'hello.js', {
    socket,
    flags: ['--fd', '0'],
    stdio: [socket.fd, 'pipe', 'pipe', 'ignore', 'pipe'],
  })
  await runner.ready()
  const connection = await RawConnection.open(socket)
  connection.get('/')
  assert.equal((await connection.response()).body, 'hello')
  connection.close()
})

for (const [what, flags, env, backlog] of [
  ['--backlog', ['--backlog', '77'], { CIRCUS_SOCKETS: '[{"fd":3,"backlog":99}]' }, 77],
  ['CIRCUS_SOCKETS', [], { CIRCUS_SOCKETS: '[{"fd":4,"backlog":1},{"fd":3,"backlog":99}]' }, 99],
  ['the default', [], { CIRCUS_SOCKETS: 'not json' }, 2048],
] as const) {
  test(`the backlog is that of ${what}`, async (t) => {
    const runner = startRunner(t, 'hello.js', { flags, env })
    await runner.ready()
    assert.equal(runner.socket.backlog(), backlog)
  })
}

test('the application sees its own arguments, and no descriptors of the runner', async (t) => {
  const runner = startRunner(t, 'tells-environment.js', {
    appArguments: ['--color', 'x'],
    env: {
      LISTEN_FDS: '1',
      LISTEN_FDNAMES: 'web',
      LISTEN_PID: '1',
      SERVER_STARTER_PORT: '80=3',
      SERVER_STARTER_GENERATION: '1',
      CIRCUS_WID: '4',
    },
  })
  await runner.ready()
  const connection = await RawConnection.open(runner.socket)
  connection.get('/')
  const told = JSON.parse((await connection.response()).body)
  connection.close()
  assert.deepEqual(told.argv.slice(1), [`${FIXTURES}tells-environment.js`, '--color', 'x'])
  assert.deepEqual(Object.keys(told.env).toSorted(), ['CIRCUS_WID', 'PATH'])
  // 3 is the directory that ls reads. What is far above was not opened by the runner.
  const low = told.descriptors.filter((number: string) => Number(number) < 64)
  assert.deepEqual(low, ['0', '1', '2', '3'])
})

test('applications are found below --chdir: files, directories, packages', async (t) => {
  const directory = temporaryDirectory(t)
  const app = 'module.exports = (request, response) => response.end(process.cwd())'
  mkdirSync(join(directory, 'node_modules', 'shop'), { recursive: true })
  mkdirSync(join(directory, 'folder'))
  writeFileSync(join(directory, 'app.cjs'), app)
  writeFileSync(join(directory, 'folder', 'index.js'), app)
  writeFileSync(join(directory, 'node_modules', 'shop', 'index.js'), app)
  for (const name of ['app.cjs', './app.cjs', 'folder', 'shop']) {
    const runner = startRunner(t, name, { cwd: '/', flags: ['--chdir', directory] })
    await runner.ready()
    const connection = await RawConnection.open(runner.socket)
    connection.get('/')
    assert.equal((await connection.response()).body, directory)
    connection.close()
  }
})

test('the export is named behind a colon', async (t) => {
  const directory = temporaryDirectory(t)
  writeFileSync(
    join(directory, 'app.mjs'),
    'export default 1; export const api = { handler: (q, s) => s.end("api") }',
  )
  const runner = startRunner(t, `${directory}/app.mjs:api.handler`)
  await runner.ready()
  const connection = await RawConnection.open(runner.socket)
  connection.get('/')
  assert.equal((await connection.response()).body, 'api')
  connection.close()
})

for (const [name, frame] of [
  ['throws-on-load.js', /at connectToDatabase \(file:.*throws-on-load\.js:2:9\)/],
  ['throws-on-load.cjs', /at Object.<anonymous> \(.*throws-on-load\.cjs:1:7\)/],
  ['rejects-on-load.js', /at .*rejects-on-load\.js:2:9/],
] as const) {
  test(`${name}: exit code 4, one sentence, the stack of the application only`, async (t) => {
    const runner = startRunner(t, name)
    assert.deepEqual(await runner.exit, { code: 4, signal: null })
    const [sentence, error, ...frames] = runner.stderr().trim().split('\n')
    assert.equal(
      sentence,
      `runner[${runner.pid}]: Cannot load ${FIXTURES}${name}: it threw an exception`,
    )
    assert.equal(error, 'Error: no database')
    assert.match(frames[0] ?? '', frame)
    assert(
      frames.every((line) => line.includes(name)),
      frames.join('\n'),
    )
    assert.deepEqual(runner.notified(), [`STATUS=loading ${FIXTURES}${name}`])
  })
}

for (const extension of ['mjs', 'cjs']) {
  test(`a syntax error in an imported .${extension} file: exit code 4 and its place`, async (t) => {
    const directory = temporaryDirectory(t)
    writeFileSync(join(directory, `broken.${extension}`), 'const a = 1\nconst b = ;\n')
    writeFileSync(join(directory, 'app.mjs'), `import './broken.${extension}'\n`)
    const runner = startRunner(t, join(directory, 'app.mjs'))
    assert.deepEqual(await runner.exit, { code: 4, signal: null })
    assert.match(runner.stderr(), /: Cannot load .*app\.mjs: it threw an exception\n/)
    assert.match(runner.stderr(), new RegExp(`broken\\.${extension}:2\nconst b = ;\n`))
    assert.doesNotMatch(runner.stderr(), /node:internal/)
  })
}

test('a missing file: exit code 4 and one sentence', async (t) => {
  const runner = startRunner(t, 'missing.js', { cwd: FIXTURES })
  assert.deepEqual(await runner.exit, { code: 4, signal: null })
  assert.equal(
    runner.stderr(),
    `runner[${runner.pid}]: Cannot load missing.js: there is no such file or package, seen from ${FIXTURES.slice(0, -1)}\n`,
  )
})

test('no application among the exports: exit code 4 and what was seen', async (t) => {
  const runner = startRunner(t, 'exports-nothing-useful.js:Application')
  assert.deepEqual(await runner.exit, { code: 4, signal: null })
  assert.match(runner.stderr(), /Application is the class Application: export an instance of it\n$/)
})

test('an application that listens itself: exit code 4 and what to do', async (t) => {
  const runner = startRunner(t, 'listens-itself.js')
  assert.deepEqual(await runner.exit, { code: 4, signal: null })
  assert.match(
    runner.stderr(),
    /server is a server that listens already: export it without calling listen\(\)/,
  )
})

test('an application that does not finish loading: exit code 3', async (t) => {
  const runner = startRunner(t, 'never-loads.js', { flags: ['--load-timeout', '0.2'] })
  assert.deepEqual(await runner.exit, { code: 3, signal: null })
  assert.match(runner.stderr(), /it has not finished loading after 0\.2 s\n$/)
  assert(!runner.notified().includes('READY=1'))
})

test('SIGTERM while the application is loading ends it at once', async (t) => {
  const runner = startRunner(t, 'never-loads.js')
  await runner.loading()
  runner.kill('SIGTERM')
  assert.deepEqual(await runner.exit, { code: 0, signal: null })
})

test('a descriptor that is no listening socket: exit code 2 and what it is', async (t) => {
  const file = openSync(`${FIXTURES}hello.js`, 'r')
  t.after(() => closeSync(file))
  for (const [flags, stdio, message] of [
    [[], ['ignore', 'pipe', 'pipe'], /Cannot serve on fd 3: it is closed; .* npm, npx/],
    [['--fd', '99'], ['ignore', 'pipe', 'pipe'], /Cannot serve on fd 99: it is closed/],
    [[], ['ignore', 'pipe', 'pipe', file], /Cannot serve on fd 3: it is a regular file/],
    [[], ['ignore', 'pipe', 'pipe', 'ignore'], /Cannot serve on fd 3: it is closed/],
    [[], ['ignore', 'pipe', 'pipe', 'pipe'], /fd 3: it is a socket that does not listen/],
  ] as const) {
    const runner = startRunner(t, 'hello.js', { flags, stdio: [...stdio], env: { NOTIFY_FD: '' } })
    assert.deepEqual(await runner.exit, { code: 2, signal: null })
    assert.match(runner.stderr(), message)
    assert.equal(runner.stderr().trim().split('\n').length, 1)
  }
})

test('a pipe as descriptor: exit code 2', () => {
  const command = `true | exec node "$1" --fd 3 "$2" 3<&0`
  const bin = fileURLToPath(new URL('../../../runner/bin/runner.js', import.meta.url))
  const { status, stderr } = spawnSync('sh', ['-c', command, 'sh', bin, `${FIXTURES}hello.js`])
  assert.equal(status, 2)
  assert.match(stderr.toString(), /Cannot serve on fd 3: it is a pipe\n/)
})
