import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { answersWith } from './apps.ts'
import { DaemonUnderTest, isAlive } from './daemon-under-test.ts'
import { ask } from './http-client.ts'

interface Port {
  readonly web?: number
  readonly moved?: number
}

/** A web that serves, a watcher beside it, and a second socket that can move. */
function iniWith({ web = 0, moved = 0 }: Port = {}, more = ''): string {
  return `
[watcher:web]
cmd = runner --fd $(circus.sockets.web) app.mjs
use_sockets = web

[watcher:mover]
cmd = runner --fd $(circus.sockets.moved) app.mjs
use_sockets = moved

[socket:web]
host = 127.0.0.1
port = ${web}

[socket:moved]
host = 127.0.0.1
port = ${moved}
${more}`
}

const FILES = { 'app.mjs': answersWith('one') }

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

test('a nameless restart reads the file anew: new watchers, changed sockets, changed options', async () => {
  const moved = await freePort()
  await using daemon = await DaemonUnderTest.start(iniWith({ moved }), FILES)
  await daemon.active('mover')
  assert.equal((await ask(moved)).status, 200)
  const { pid } = daemon
  const elsewhere = await freePort()
  daemon.write(
    'circus.ini',
    iniWith({ moved: elsewhere }, '[watcher:new]\ncmd = sleep 1000\n').replace(
      'use_sockets = web',
      'use_sockets = web\nnumprocesses = 2',
    ),
  )
  const { code, stderr } = await daemon.ctl('restart', '--waiting')
  assert.equal(code, 0, stderr)
  assert.deepEqual((await daemon.call('status'))['statuses'], {
    mover: 'active',
    new: 'active',
    web: 'active',
  })
  assert.equal((await daemon.pids('web')).length, 2)
  assert.equal((await ask(elsewhere)).status, 200)
  await assert.rejects(ask(moved), { code: 'ECONNREFUSED' })
  assert.ok(isAlive(pid))
})

test('a watcher that is not in the file any more is gone with its processes', async () => {
  const gone = '[watcher:gone]\ncmd = sleep 1000\n'
  await using daemon = await DaemonUnderTest.start(iniWith({}, gone), FILES)
  await daemon.active('gone')
  const [pid = 0] = await daemon.pids('gone')
  daemon.write('circus.ini', iniWith())
  await daemon.call('restart', { waiting: true })
  assert.equal(isAlive(pid), false)
  assert.equal((await daemon.call('status', { name: 'gone' }))['status'], 'error')
})

test('a socket that has not changed keeps the connections that nobody has accepted', async () => {
  const asleep = iniWith().replace('use_sockets = web', 'use_sockets = web\nautostart = false')
  await using daemon = await DaemonUnderTest.start(asleep, FILES)
  const port = await daemon.port('web')
  const answer = ask(port)
  const second = connect(port, '127.0.0.1')
  await once(second, 'connect')
  second.destroy()
  daemon.write('circus.ini', iniWith())
  assert.equal((await daemon.call('restart', { waiting: true }))['status'], 'ok')
  assert.match((await answer).body, /^one /)
  assert.equal(await daemon.port('web'), port)
})

test('a unix socket whose path changes is at the new path only', async () => {
  const at = (path: string): string =>
    iniWith().replace(
      '[socket:moved]\nhost = 127.0.0.1\nport = 0',
      `[socket:moved]\npath = ${path}`,
    )
  await using daemon = await DaemonUnderTest.start(at('before.sock'), FILES)
  await daemon.active('mover')
  daemon.write('circus.ini', at('after.sock'))
  assert.equal((await daemon.call('restart', { waiting: true }))['status'], 'ok')
  assert.equal(existsSync(join(daemon.home, 'before.sock')), false)
  assert.equal(existsSync(join(daemon.home, 'after.sock')), true)
})

test('a broken file changes nothing, and the reply says why', async () => {
  await using daemon = await DaemonUnderTest.start(iniWith(), FILES)
  await daemon.active('web')
  await daemon.active('mover')
  const before = [...(await daemon.pids('web')), ...(await daemon.pids('mover'))]
  daemon.write('circus.ini', iniWith({}, '[watcher:new]\ncmd = sleep 1\nnumprocesses = many\n'))
  const { code, stderr } = await daemon.ctl('restart', '--waiting')
  assert.equal(code, 3)
  assert.match(stderr, /^error: the configuration cannot be used: .*circus\.ini:\d+: numprocesses/)
  assert.deepEqual([...(await daemon.pids('web')), ...(await daemon.pids('mover'))], before)
  assert.equal((await ask(await daemon.port('web'))).status, 200)
})

test('a socket that cannot be bound: the restart fails with the reason, and the old configuration serves again', async () => {
  await using daemon = await DaemonUnderTest.start(iniWith(), FILES)
  await daemon.active('mover')
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    daemon.write('circus.ini', iniWith({ moved: port }))
    const { status, reason } = await daemon.call('restart', { waiting: true })
    assert.equal(status, 'error')
    assert.match(String(reason), new RegExp(`${port}`))
  } finally {
    server.close()
  }
  assert.equal((await ask(await daemon.port('web'))).status, 200)
  assert.equal((await ask(await daemon.port('moved'))).status, 200)
})

test('a command while all stop is refused, and a client that does not wait is told so', async () => {
  await using daemon = await DaemonUnderTest.start(
    '[watcher:a]\ncmd = sleep 1000\nready = none\nhooks.before_stop = exec:sh hook.sh\n',
    { 'hook.sh': 'touch stops\nuntil [ -e go ]; do sleep 0.05; done\n' },
  )
  await daemon.active('a')
  const restart = daemon.call('restart', { waiting: true })
  const stops = join(daemon.home, 'stops')
  await daemon.eventually(() => (existsSync(stops) ? true : undefined), 'the stop of all')
  const { status, reason } = await daemon.call('stop', { name: 'a' })
  daemon.write('go', '')
  assert.equal((await restart)['status'], 'ok')
  assert.deepEqual([status, reason], ['error', 'the daemon is restarting everything'])
})

test('what cannot change while circusd runs is told', async () => {
  await using daemon = await DaemonUnderTest.start(iniWith(), FILES)
  daemon.write('circus.ini', `[circus]\npidfile = circus.pid\n${iniWith()}`)
  assert.equal((await daemon.call('restart', { waiting: true }))['status'], 'ok')
  await daemon.logs(
    '[circus] pidfile has changed: that takes effect when circusd itself is started again',
  )
})
