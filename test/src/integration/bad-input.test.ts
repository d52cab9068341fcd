import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { test } from 'node:test'
import { answersWith, THROWS_AT_IMPORT, WEB_INI } from './apps.ts'
import { DaemonUnderTest, newHome, runCircusd, type Ended } from './daemon-under-test.ts'

async function endOf(ini: string | null, args = ['circus.ini']): Promise<Ended> {
  const home = newHome(ini === null ? {} : { 'circus.ini': ini })
  try {
    return await runCircusd(args, home)
  } finally {
    rmSync(home, { recursive: true })
  }
}

test('a configuration that is missing: one sentence, exit 1', async () => {
  const { code, stderr } = await endOf(null)
  assert.equal(code, 1)
  assert.match(stderr, /circus\.ini.*there is no such file/)
  assert.doesNotMatch(stderr, /\n\s+at /)
})

test('a broken configuration: all mistakes at once, each with file and line, exit 1', async () => {
  const { code, stderr } = await endOf(
    '[watcher:web]\ncmd = sleep 1\nnumprocesses = many\nstop_signal = SIGNOPE\n',
  )
  assert.equal(code, 1)
  assert.match(stderr, /^circus\.ini:3: numprocesses: /m)
  assert.match(stderr, /^circus\.ini:4: stop_signal: /m)
})

test('a misspelt option is a warning with the nearest name, and --strict makes it an error', async () => {
  const { code, stderr } = await endOf('[watcher:web]\ncmd = sleep 1\nnumproceses = 2\n', [
    '--strict',
    'circus.ini',
  ])
  assert.equal(code, 1)
  assert.match(stderr, /^circus\.ini:3: .*numproceses.*numprocesses/m)
})

test('an unknown flag: usage, exit 2', async () => {
  const { code, stderr } = await endOf('', ['--nope'])
  assert.equal(code, 2)
  assert.match(stderr, /^circusd: Unknown option '--nope'/)
})

test('a port in use: the socket, the address and the process that holds it, exit 71', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    const { code, stderr } = await endOf(
      `[watcher:web]\ncmd = sleep 1\n[socket:web]\nhost = 127.0.0.1\nport = ${port}\n`,
    )
    assert.equal(code, 71)
    assert.match(stderr, /^circusd: socket "web": Cannot bind 127\.0\.0\.1:\d+: /m)
    assert.match(stderr, new RegExp(`held by process ${process.pid} `))
  } finally {
    server.close()
  }
})

test('an endpoint that other machines can reach is refused, exit 71', async () => {
  const { code, stderr } = await endOf('[circus]\nendpoint = tcp://0.0.0.0:0\n')
  assert.equal(code, 71)
  assert.match(stderr, /Cannot use endpoint = tcp:\/\/0\.0\.0\.0:0: other machines could reach it/)
})

test('a second circusd on the same endpoint says so and leaves the first alone', async () => {
  await using daemon = await DaemonUnderTest.start('[watcher:a]\ncmd = sleep 1000\n')
  await daemon.active('a')
  const { code, stderr } = await runCircusd(['circus.ini'], daemon.home)
  assert.equal(code, 71)
  assert.match(stderr, /another circusd holds it/)
  assert.equal((await daemon.call('numwatchers'))['numwatchers'], 1)
})

test('an unknown watcher: circusctl says so, exit 3', async () => {
  await using daemon = await DaemonUnderTest.start('[watcher:a]\ncmd = sleep 1000\n')
  const { code, stderr } = await daemon.ctl('reload', 'nope')
  assert.equal(code, 3)
  assert.equal(stderr, 'error: program nope not found\n')
})

test('a program that is missing: its watcher is stopped with one sentence, the others run', async () => {
  await using daemon = await DaemonUnderTest.start(
    '[watcher:bad]\ncmd = no-such-program --x\n[watcher:good]\ncmd = sleep 1000\n',
  )
  await daemon.active('good')
  await daemon.logs('bad stopped')
  assert.match(daemon.output, /bad: Cannot spawn "no-such-program": there is no such program in /)
  const reply = await daemon.call('start', { name: 'bad', waiting: true })
  assert.equal(reply['errno'], 6)
  assert.match(String(reply['reason']), /there is no such program/)
})

test('an app that throws on load: its stack, the reason, and the watcher stops after max_retry', async () => {
  await using daemon = await DaemonUnderTest.start(
    WEB_INI.replace('use_sockets', 'max_retry = 1\nuse_sockets'),
    { 'app.mjs': THROWS_AT_IMPORT },
  )
  await daemon.logs('web stopped')
  assert.match(daemon.output, /this build is broken/)
  assert.match(daemon.output, /web: process \d+ exited with code 4 before it was ready/)
  daemon.write('app.mjs', answersWith('repaired'))
  await daemon.start('web')
})

test('garbage on the control endpoint disturbs nobody', async () => {
  await using daemon = await DaemonUnderTest.start('[watcher:a]\ncmd = sleep 1000\n')
  await daemon.active('a')
  const reply = await daemon.call('bogus')
  assert.equal(reply['errno'], 2)
  assert.equal((await daemon.call('numwatchers'))['numwatchers'], 1)
})
