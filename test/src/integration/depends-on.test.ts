import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DaemonUnderTest } from './daemon-under-test.ts'

/** Says READY when the file `go` is there. */
const DATABASE = `
import { existsSync, writeSync } from 'node:fs'
const look = setInterval(() => {
  if (!existsSync('go')) return
  clearInterval(look)
  writeSync(Number(process.env.NOTIFY_FD), 'READY=1\\n')
}, 10)
setInterval(() => {}, 60_000)
`

/** By priority and by name the web would be first. */
function iniWith(dependsOn: string, more = ''): string {
  return `
[watcher:app]
cmd = sleep 1000
ready = none
priority = 9
depends_on = ${dependsOn}
${more}
[watcher:db]
cmd = node db.mjs
ready = notify
${more}
[watcher:other]
cmd = sleep 1000
ready = none
`
}

const FILES = { 'db.mjs': DATABASE }

/** Resolves when events are heard: those of the first moments may be missed, and there is no history. */
async function hearing(daemon: DaemonUnderTest): Promise<void> {
  while (topics(daemon, ['watcher.other.spawn']).length === 0) {
    await daemon.call('restart', { name: 'other', waiting: true })
  }
}

function topics(daemon: DaemonUnderTest, wanted: readonly string[]): readonly string[] {
  return daemon.events.map(({ topic }) => topic).filter((topic) => wanted.includes(topic))
}

test('a watcher starts when those it depends on are ready, whatever the priorities say', async () => {
  await using daemon = await DaemonUnderTest.start(iniWith('db'), FILES)
  await daemon.active('other')
  assert.deepEqual((await daemon.call('status'))['statuses'], {
    app: 'stopped',
    db: 'starting',
    other: 'active',
  })
  daemon.write('go', '')
  await daemon.event('watcher.app.start')
  const order = topics(daemon, ['watcher.db.start', 'watcher.app.spawn'])
  assert.deepEqual(order, ['watcher.db.start', 'watcher.app.spawn'])
})

test('with :started it does not wait for their readiness', async () => {
  const ini = iniWith('db:started', 'autostart = false')
  await using daemon = await DaemonUnderTest.start(ini, FILES)
  await hearing(daemon)
  await daemon.call('start', { name: 'app' })
  await daemon.event('watcher.app.start')
  assert.equal((await daemon.call('status', { name: 'db' }))['status'], 'starting')
  const order = topics(daemon, ['watcher.db.spawn', 'watcher.app.spawn'])
  assert.deepEqual(order, ['watcher.db.spawn', 'watcher.app.spawn'])
})

test('quit stops it before those it depends on', async () => {
  await using daemon = await DaemonUnderTest.start(iniWith('db'), { ...FILES, go: '' })
  await daemon.active('app')
  assert.equal((await daemon.call('quit'))['status'], 'ok')
  await daemon.event('watcher.db.stop')
  const order = topics(daemon, ['watcher.app.stop', 'watcher.db.kill', 'watcher.db.stop'])
  assert.deepEqual(order, ['watcher.app.stop', 'watcher.db.kill', 'watcher.db.stop'])
})

test('an explicit start brings up what it depends on', async () => {
  await using daemon = await DaemonUnderTest.start(iniWith('db', 'autostart = false'), {
    ...FILES,
    go: '',
  })
  await daemon.active('other')
  assert.equal((await daemon.call('status', { name: 'db' }))['status'], 'stopped')
  await daemon.start('app')
  assert.equal((await daemon.call('status', { name: 'db' }))['status'], 'active')
})

test('when a dependency cannot be started, the start fails and names it, and others run', async () => {
  await using daemon = await DaemonUnderTest.start(
    iniWith('db', 'autostart = false').replace('node db.mjs', 'no-such-program-here'),
    FILES,
  )
  const { status, reason } = await daemon.call('start', { name: 'app', waiting: true })
  assert.equal(status, 'error')
  assert.match(String(reason), /app is not started: it depends on db, which is not running/)
  await daemon.active('other')
})

test('the end of a dependency stops nobody', async () => {
  await using daemon = await DaemonUnderTest.start(iniWith('db'), { ...FILES, go: '' })
  await daemon.active('app')
  const before = await daemon.pids('app')
  const [victim = 0] = await daemon.pids('db')
  process.kill(victim, 'SIGKILL')
  await daemon.event('watcher.db.spawn', ({ process_pid }) => process_pid !== victim)
  assert.deepEqual(await daemon.pids('app'), before)
})
