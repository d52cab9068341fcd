import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { answersWith, WEB_INI } from './apps.ts'
import { DaemonUnderTest, descriptorsOf, isAlive } from './daemon-under-test.ts'
import { ask } from './http-client.ts'

test('workers serve on the socket that circusd holds', async () => {
  await using daemon = await DaemonUnderTest.start(WEB_INI, { 'app.mjs': answersWith('one') })
  await daemon.active()
  const { status, body } = await ask(await daemon.port())
  assert.equal(status, 200)
  const [build, wid, generation, pid] = body.split(' ')
  assert.equal(build, 'one')
  assert.match(wid ?? '', /^[12]$/)
  assert.equal(generation, '1')
  assert.ok((await daemon.pids()).includes(Number(pid)))
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const) {
  test(`${signal} ends everything: no process, no endpoint, no port is left`, async () => {
    await using daemon = await DaemonUnderTest.start(WEB_INI, { 'app.mjs': answersWith('one') })
    await daemon.active()
    const pids = await daemon.pids()
    const port = await daemon.port()
    const { code } = await daemon.quit(signal)
    assert.equal(code, 0)
    assert.deepEqual(pids.filter(isAlive), [])
    assert.equal(existsSync(join(daemon.home, 'run', 'control')), false)
    assert.equal(existsSync(join(daemon.home, 'run', 'events')), false)
    await assert.rejects(ask(port), { code: 'ECONNREFUSED' })
  })
}

test('a client that connects before any worker runs is served when the first one is up', async () => {
  await using daemon = await DaemonUnderTest.start(
    WEB_INI.replace('[watcher:web]', '[watcher:web]\nautostart = false'),
    { 'app.mjs': answersWith('late') },
  )
  const port = await daemon.port()
  const answer = ask(port)
  // Another connection made meanwhile shows that the first one waits in the kernel.
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(void socket.destroy()))
    socket.on('error', reject)
  })
  assert.equal((await daemon.call('status', { name: 'web' }))['status'], 'stopped')
  await daemon.start('web')
  assert.match((await answer).body, /^late /)
})

test('a worker has the sockets it was granted, and no other descriptor of circusd', async () => {
  const program = `
import { readdirSync, readlinkSync } from 'node:fs'
const links = readdirSync('/proc/self/fd').map((fd) => {
  try { return fd + ' ' + readlinkSync('/proc/self/fd/' + fd).replace(/:.*/, '') } catch { return '' }
})
const { LISTEN_FDS, LISTEN_FDNAMES, LISTEN_PID, CIRCUS_FD_WEB, CIRCUS_FD_ADMIN } = process.env
console.log('LINKS ' + JSON.stringify(links.filter((link) => /^[3-9] socket$/.test(link))))
console.log('ENV ' + JSON.stringify({ LISTEN_FDS, LISTEN_FDNAMES, isMine: LISTEN_PID === String(process.pid), CIRCUS_FD_WEB, CIRCUS_FD_ADMIN }))
setInterval(() => {}, 60_000)
`
  const ini = `
[watcher:web]
cmd = node program.mjs $(circus.sockets.web) $(circus.sockets.admin)
use_sockets = web, admin
ready = delay:0.01
[socket:admin]
host = 127.0.0.1
port = 0
[socket:unused]
host = 127.0.0.1
port = 0
[socket:web]
host = 127.0.0.1
port = 0
`
  await using daemon = await DaemonUnderTest.start(ini, { 'program.mjs': program })
  await daemon.logs('ENV ')
  const lineOf = (name: string): unknown =>
    JSON.parse(new RegExp(`${name} (.*)`).exec(daemon.output)?.[1] ?? 'null')
  assert.deepEqual(lineOf('ENV'), {
    LISTEN_FDS: '2',
    LISTEN_FDNAMES: 'web:admin',
    isMine: true,
    CIRCUS_FD_WEB: '3',
    CIRCUS_FD_ADMIN: '4',
  })
  assert.deepEqual(lineOf('LINKS'), ['3 socket', '4 socket'])
})

test('circusd keeps no descriptor of a worker that is gone', async () => {
  await using daemon = await DaemonUnderTest.start(
    `${WEB_INI}\n[watcher:filed]\ncmd = sleep 1000\nstdout_stream.filename = out.log\n`,
    { 'app.mjs': answersWith('one') },
  )
  await daemon.active()
  await daemon.active('filed')
  const before = descriptorsOf(daemon.pid).length
  for (let round = 0; round < 5; round += 1) {
    await daemon.call('restart', { name: 'web', waiting: true })
    await daemon.call('restart', { name: 'filed', waiting: true })
  }
  assert.equal(descriptorsOf(daemon.pid).length, before)
})
