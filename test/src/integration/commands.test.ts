import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answersWith, WEB_INI } from './apps.ts'
import { DaemonUnderTest, isAlive } from './daemon-under-test.ts'
import { Crowd } from './http-client.ts'

/** Ignores the polite signal: only SIGKILL ends it. */
const IMMUNE = `process.on('SIGTERM', () => {})\nconsole.log('immune')\nsetInterval(() => {}, 60_000)\n`

/** Says each SIGUSR1 that it gets, and has a child which does so too. */
const LISTENERS = `
import { spawn } from 'node:child_process'
const name = process.argv[2]
process.on('SIGUSR1', () => console.log(name + ' heard it'))
if (name === 'parent') {
  const child = spawn(process.execPath, [process.argv[1], 'child'], { stdio: 'inherit' })
  child.on('spawn', () => console.log('child is ' + child.pid))
} else console.log('child listens')
setInterval(() => {}, 60_000)
`

type Reply = Readonly<Record<string, unknown>>

function assertOk(reply: Reply, fields: object = {}): void {
  const { time: _, id: __, ...others } = reply
  assert.deepEqual(others, { status: 'ok', ...fields })
}

function assertError(reply: Reply, errno: number, reason: string | RegExp): void {
  assert.equal(reply['status'], 'error', JSON.stringify(reply))
  if (typeof reason === 'string') assert.equal(reply['reason'], reason)
  else assert.match(String(reply['reason']), reason)
  assert.equal(reply['errno'], errno)
}

function jobOf({ job }: Reply): string {
  return typeof job === 'string' ? job : assert.fail('the reply names no job')
}

test('add starts a watcher that no file has, with its options, and rm ends it', async () => {
  await using daemon = await DaemonUnderTest.start('[circus]\n')
  const options = { numprocesses: 2, env: { PATH: process.env['PATH'], GREETING: 'hello' } }
  const request = {
    name: 'Dyn',
    cmd: 'sh',
    args: ['-c', 'echo "$GREETING $1"; sleep 1000', 'sh', 'a  b'],
    options,
  }
  const reply = await daemon.call('add', { ...request, start: true, waiting: true })
  assertOk(reply, { started: await daemon.pids('dyn'), kept: [] })
  assert.equal((await daemon.pids('dyn')).length, 2)
  await daemon.logs('hello a  b', 2)
  await daemon.event('watcher.dyn.add')
  assertError(await daemon.call('add', { name: 'DYN', cmd: 'sleep 1' }), 5, "'DYN' already exist")
  const pids = await daemon.pids('dyn')
  assertOk(await daemon.call('rm', { name: 'DYN', waiting: true }))
  await daemon.event('watcher.dyn.remove')
  assert.deepEqual(pids.map(isAlive), [false, false])
  assertError(await daemon.call('status', { name: 'dyn' }), 3, 'program dyn not found')
})

test('add is refused as a whole, and leaves nothing behind', async () => {
  await using daemon = await DaemonUnderTest.start('[circus]\n')
  const refused: readonly [object, number, string | RegExp][] = [
    [{ name: '', cmd: 'sleep 1' }, 3, /^message invalid 'name' must have 1 to 255 characters/],
    [{ name: 'a', options: {} }, 3, "message invalid 'cmd' is missing"],
    [{ name: 'a', cmd: 'sleep 1', options: [] }, 3, "message invalid 'options' must be an object"],
    [{ name: 'a', cmd: 'sleep 1', options: { bogus: 1 } }, 3, "unknown key 'bogus'"],
    [
      { name: 'a', cmd: 'sleep 1', options: { numprocesses: '2' } },
      3,
      "'numprocesses' isn't an integer",
    ],
    [
      { name: 'a', cmd: 'sleep 1', options: { singleton: true, numprocesses: 2 } },
      5,
      /too many for a singleton/,
    ],
    [{ name: 'a', cmd: 'sleep 1', options: { uid: 'nobody-at-all' } }, 5, /nobody-at-all/],
    [
      {
        name: 'a',
        cmd: 'sleep 1',
        options: { stdout_stream: { class: 'FileStream', filename: '/nowhere/log' } },
      },
      5,
      /nowhere/,
    ],
  ]
  for (const [properties, errno, reason] of refused) {
    assertError(await daemon.call('add', properties), errno, reason)
  }
  assert.deepEqual((await daemon.call('list'))['watchers'], [])
  assertOk(await daemon.call('add', { name: 'a', cmd: 'sleep 1000' }))
})

test('a watcher that cannot be started is added, and whoever waits learns why it does not run', async () => {
  await using daemon = await DaemonUnderTest.start('[circus]\n')
  const request = { name: 'a', cmd: '/no/such/program', start: true, waiting: true }
  assertError(await daemon.call('add', request), 6, /no such program/)
  assert.equal((await daemon.call('status', { name: 'a' }))['status'], 'stopped')
})

test('rm --nostop forgets the watcher and leaves its processes alone', async () => {
  await using daemon = await DaemonUnderTest.start('[watcher:job]\ncmd = sleep 1000\n')
  await daemon.active('job')
  const [pid = 0] = await daemon.pids('job')
  try {
    const { code, stdout } = await daemon.ctl('rm', 'job', '--nostop', '--waiting')
    assert.deepEqual({ code, stdout }, { code: 0, stdout: 'ok\n' })
    assert.deepEqual((await daemon.call('list'))['watchers'], [])
    assert.ok(isAlive(pid))
  } finally {
    process.kill(pid)
  }
})

test('set numprocesses changes the number in place', async () => {
  await using daemon = await DaemonUnderTest.start('[watcher:web]\ncmd = sleep 1000\n')
  await daemon.active()
  const [first] = await daemon.pids()
  assertOk(await daemon.call('set', { name: 'web', options: { numprocesses: 3 }, waiting: true }))
  const pids = await daemon.pids()
  assert.equal(pids.length, 3)
  assert.equal(pids[0], first)
  await daemon.event('watcher.web.updated')
  // What was set counts for the next change, too.
  assertOk(
    await daemon.call('set', { name: 'web', options: { graceful_timeout: 2 }, waiting: true }),
  )
  const { options } = await daemon.call('get', {
    name: 'web',
    keys: ['numprocesses', 'graceful_timeout'],
  })
  assert.deepEqual(options, { numprocesses: 3, graceful_timeout: 2 })
  assert.deepEqual(await daemon.pids(), pids)
})

test('set cmd under load reloads gracefully: no request is lost', async () => {
  await using daemon = await DaemonUnderTest.start(WEB_INI, {
    'app.mjs': answersWith('old'),
    'new.mjs': answersWith('new'),
  })
  await daemon.active()
  const crowd = new Crowd(await daemon.port(), 10, 4)
  await crowd.more(100)
  const cmd = 'runner --fd $(circus.sockets.web) new.mjs'
  assertOk(await daemon.call('set', { name: 'web', options: { cmd }, waiting: true }))
  await crowd.more(50)
  await crowd.stop()
  assert.deepEqual(crowd.failures, [])
  const builds = new Set(Array.from(crowd.bodies.keys(), (body) => body.split(' ')[0]))
  assert.deepEqual([...builds], ['old', 'new'])
})

test('set is all or nothing', async () => {
  await using daemon = await DaemonUnderTest.start('[watcher:web]\ncmd = sleep 1000\n')
  await daemon.active()
  const pids = await daemon.pids()
  const refused: readonly [object, number, string | RegExp][] = [
    [{ cmd: 'sleep 5', zzz: 1 }, 3, "unknown key 'zzz'"],
    [{ cmd: 'sleep 5', respawn: 'no' }, 3, "'respawn' isn't a valid boolean"],
    [{ cmd: "sleep '5" }, 3, /quote/],
    [{ cmd: 'sleep 5', gid: 'nobody-at-all' }, 5, /nobody-at-all/],
    [{ cmd: 'sleep 5', 'stdout_stream.filename': '/nowhere/log' }, 5, /nowhere/],
    [{ depends_on: 'nobody' }, 3, /there is no \[watcher:nobody\]/],
  ]
  for (const [options, errno, reason] of refused) {
    assertError(await daemon.call('set', { name: 'web', options }), errno, reason)
  }
  const { options } = await daemon.call('get', { name: 'web', keys: ['cmd', 'gid'] })
  assert.deepEqual(options, { cmd: 'sleep 1000', gid: null })
  assert.deepEqual(await daemon.pids(), pids)
})

test('a stream that is set takes the lines of what runs from then on', async () => {
  const cmd = `node -e "setInterval(() => console.log('tick'), 20)"`
  await using daemon = await DaemonUnderTest.start(
    `[watcher:clock]\ncmd = ${cmd}\nstdout_stream.filename = one.log\n`,
  )
  await daemon.active('clock')
  const pids = await daemon.pids('clock')
  const options = { 'stdout_stream.filename': 'two.log' }
  assertOk(await daemon.call('set', { name: 'clock', options, waiting: true }))
  const lines = (): true | undefined => (daemon.read('two.log').includes('tick') ? true : undefined)
  await daemon.eventually(lines, 'a line in the new file')
  assert.deepEqual(await daemon.pids('clock'), pids)
})

test('circusctl set and get', async () => {
  await using daemon = await DaemonUnderTest.start('[watcher:web]\ncmd = sleep 1000\n')
  await daemon.active()
  const set = await daemon.ctl('set', 'web', 'numprocesses', '2', 'ENV', 'A=1,B=2', '--waiting')
  assert.deepEqual([set.code, set.stdout], [0, 'ok\n'])
  const get = await daemon.ctl('get', 'web', 'numprocesses', 'env')
  assert.equal(get.stdout, 'env: A=1,B=2\nnumprocesses: 2\n')
  const { code, stderr } = await daemon.ctl('set', 'web', 'numprocesses')
  assert.equal(code, 2)
  assert.match(stderr, /VALUE is missing/)
  const unknown = await daemon.ctl('get', 'web', 'zzz')
  assert.deepEqual([unknown.code, unknown.stderr], [3, "error: 'zzz' option not found\n"])
})

test('kill ends processes by a signal and a time of its own, and they are replaced', async () => {
  await using daemon = await DaemonUnderTest.start(
    '[watcher:slow]\ncmd = node immune.mjs\ngraceful_timeout = 600\n',
    { 'immune.mjs': IMMUNE },
  )
  await daemon.logs('immune')
  const [pid = 0] = await daemon.pids('slow')
  const { code, stdout } = await daemon.ctl(
    'kill',
    'slow',
    String(pid),
    '--graceful_timeout',
    '0.2',
    '--waiting',
  )
  assert.deepEqual({ code, stdout }, { code: 0, stdout: 'ok\n' })
  assert.equal(isAlive(pid), false)
  const { exit_code } = await daemon.event('watcher.slow.reap')
  assert.equal(exit_code, -9)
  await daemon.logs('immune', 2)
  const [next = 0] = await daemon.pids('slow')
  assertOk(await daemon.call('kill', { name: 'SLOW', signum: 'int', waiting: true }))
  await daemon.event('watcher.slow.reap', ({ exit_code }) => exit_code === -2)
  assert.equal(isAlive(next), false)
  assertOk(await daemon.call('kill', { name: 'slow', pid: 1, waiting: true }))
  assertError(await daemon.call('kill', { name: 'nope' }), 3, 'program nope not found')
})

test('signals reach processes, children, both, or one child', async () => {
  await using daemon = await DaemonUnderTest.start(
    '[watcher:family]\ncmd = node family.mjs parent\nstop_children = true\n',
    { 'family.mjs': LISTENERS },
  )
  await daemon.logs('child is ')
  await daemon.logs('child listens')
  const child = Number(/child is (\d+)/.exec(daemon.output)?.[1])
  const [pid = 0] = await daemon.pids('family')
  assertOk(await daemon.call('signal', { name: 'family', signum: 'usr1' }))
  await daemon.logs('parent heard it', 1)
  assertOk(await daemon.call('signal', { name: 'family', signum: 'SIGUSR1', pid, children: true }))
  await daemon.logs('child heard it', 1)
  assertOk(await daemon.call('signal', { name: 'family', signum: 10, recursive: true }))
  await daemon.logs('child heard it', 2)
  await daemon.logs('parent heard it', 2)
  assertOk(await daemon.call('signal', { name: 'family', signum: '10', pid, childpid: child }))
  await daemon.logs('child heard it', 3)
  assertOk(await daemon.call('signal', { name: 'family', signum: 'USR1', pid, child_pid: child }))
  await daemon.logs('child heard it', 4)
  assertError(
    await daemon.call('signal', { name: 'family', signum: 'usr1', pid, childpid: pid }),
    5,
    `process ${pid} is no child of process ${pid}`,
  )
  const { code } = await daemon.ctl('signal', 'family', String(pid), 'usr1')
  assert.equal(code, 0)
  await daemon.logs('parent heard it', 3)
})

test('a slow stop can be seen in jobs and waited for, and what waits behind it be cancelled', async () => {
  await using daemon = await DaemonUnderTest.start(
    '[watcher:slow]\ncmd = node immune.mjs\ngraceful_timeout = 600\n',
    { 'immune.mjs': IMMUNE },
  )
  await daemon.logs('immune')
  const [pid = 0] = await daemon.pids('slow')
  const stop = jobOf(await daemon.call('stop', { name: 'slow', job: true }))
  const start = jobOf(await daemon.call('start', { name: 'slow', job: true }))
  const { jobs } = await daemon.call('jobs')
  const shown = (jobs as readonly Reply[]).map(({ since, ...others }) => {
    assert.ok(Number(since) >= 0)
    return others
  })
  const common = { watcher: 'slow' }
  assert.deepEqual(shown, [
    { ...common, id: stop, command: 'stop', step: 'stopping', waiting_for: `process ${pid}` },
    { ...common, id: start, command: 'start', step: 'queued', waiting_for: `job ${stop} (stop)` },
  ])
  const table = await daemon.ctl('jobs')
  assert.match(
    table.stdout,
    /^\d+ stop slow: stopping for \d+\.\d s, waits for process \d+\n\d+ start slow: queued/,
  )

  const waited = daemon.call('wait', { job: stop })
  const lost = daemon.call('wait', { job: start })
  assertError(await daemon.call('cancel', { job: stop }), 5, /is a stop that is under way/)
  const { code, stdout } = await daemon.ctl('cancel', start)
  assert.deepEqual({ code, stdout }, { code: 0, stdout: 'ok\n' })
  assertError(await lost, 6, /^cancelled by job \d+$/)
  process.kill(pid, 'SIGKILL')
  assertOk(await waited, { job: stop, command: 'stop', info: {} })
  // Who comes late is answered, too.
  assertOk(await daemon.call('wait', { job: stop }), { job: stop, command: 'stop', info: {} })
  assertError(await daemon.call('wait', { job: start }), 6, /^cancelled by job \d+$/)
  assertError(await daemon.call('wait', { job: 4711 }), 3, /^job 4711 not found/)
  assertError(await daemon.call('cancel', { job: stop }), 5, `job ${stop} has ended already`)
  assert.deepEqual((await daemon.call('jobs'))['jobs'], [])
})

test('a reload that waits for its new processes can be cancelled, and the old ones serve on', async () => {
  await using daemon = await DaemonUnderTest.start(WEB_INI, { 'app.mjs': answersWith('good') })
  await daemon.active()
  const before = await daemon.pids()
  daemon.write('app.mjs', 'await new Promise(() => setInterval(() => {}, 60_000))\n')
  const job = jobOf(await daemon.call('reload', { name: 'web', job: true }))
  const ended = daemon.call('wait', { job })
  await daemon.eventTimes('watcher.web.spawn', 3)
  const { jobs } = await daemon.call('jobs')
  const [{ step }] = jobs as readonly [Reply]
  assert.equal(step, 'replacing')
  assertOk(await daemon.call('cancel', { job }))
  assertError(
    await ended,
    6,
    /^cancelled by job \d+; the reload is given up and 2 of 2 old processes keep serving$/,
  )
  assert.deepEqual((await daemon.pids()).slice(0, 2), before)
})

test('why tells what was asked of a watcher and what has happened to it', async () => {
  await using daemon = await DaemonUnderTest.start('[watcher:web]\ncmd = sleep 1000\n')
  await daemon.active()
  const [pid = 0] = await daemon.pids()
  process.kill(pid, 'SIGKILL')
  await daemon.eventTimes('watcher.web.spawn', 2)
  await daemon.call('restart', { name: 'web', waiting: true })
  const { causes } = await daemon.call('why', { name: 'WEB' })
  const told = (causes as readonly Reply[]).map(({ time, what, by }) => {
    assert.ok(Number(time) > 1.7e9)
    return [what, by]
  })
  assert.deepEqual(told, [
    ['start', 'circusd has been started'],
    ['web started', null],
    [`web: process ${pid} was killed by signal 9`, null],
    ['restart', 'ipc'],
    ['web stopped', null],
    ['web started', null],
  ])
  const { stdout } = await daemon.ctl('why', 'web')
  assert.match(stdout, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d start \(circusd has been started\)\n/)
  assertError(await daemon.call('why', { name: 'nope' }), 3, 'program nope not found')
})

test('who does not wait learns, too, that a command was refused', async () => {
  await using daemon = await DaemonUnderTest.start(
    '[watcher:slow]\ncmd = node immune.mjs\ngraceful_timeout = 600\n',
    { 'immune.mjs': IMMUNE },
  )
  await daemon.logs('immune')
  const [pid = 0] = await daemon.pids('slow')
  assertOk(await daemon.call('restart'))
  await daemon.event('watcher.slow.kill')
  const options = { graceful_timeout: 1 }
  const reason = 'the daemon is restarting everything'
  assertError(await daemon.call('stop', { name: 'slow' }), 5, reason)
  assertError(await daemon.call('set', { name: 'slow', options }), 5, reason)
  assertError(await daemon.call('add', { name: 'new', cmd: 'sleep 1' }), 5, reason)
  const got = await daemon.call('get', { name: 'slow', keys: ['graceful_timeout'] })
  assert.deepEqual(got['options'], { graceful_timeout: 600 })
  process.kill(pid, 'SIGKILL')
  await daemon.logs('immune', 2)
})

const TWO = `
[watcher:keep]
cmd = sleep 1000
[watcher:other]
cmd = sleep 1000
`

test('reloadconfig leaves alone what is the same in the files, and changes the rest', async () => {
  await using daemon = await DaemonUnderTest.start(`${TWO}[watcher:gone]\ncmd = sleep 1000\n`)
  for (const name of ['keep', 'other', 'gone']) await daemon.active(name)
  await daemon.call('add', { name: 'added', cmd: 'sleep 1000', start: true, waiting: true })
  const before = {
    keep: await daemon.pids('keep'),
    other: await daemon.pids('other'),
    gone: await daemon.pids('gone'),
    added: await daemon.pids('added'),
  }
  daemon.write('circus.ini', `${TWO}numprocesses = 2\n[watcher:new]\ncmd = sleep 1000\n`)
  assertOk(await daemon.call('reloadconfig', { waiting: true }))
  assert.deepEqual((await daemon.call('list'))['watchers'], ['added', 'keep', 'new', 'other'])
  assert.deepEqual(await daemon.pids('keep'), before.keep)
  assert.deepEqual(await daemon.pids('added'), before.added)
  assert.deepEqual((await daemon.pids('other')).slice(0, 1), before.other)
  assert.equal((await daemon.pids('other')).length, 2)
  assert.equal((await daemon.pids('new')).length, 1)
  assert.deepEqual(before.gone.map(isAlive), [false])
})

test('reloadconfig reloads a watcher whose command has changed, and loses no request', async () => {
  await using daemon = await DaemonUnderTest.start(WEB_INI, {
    'app.mjs': answersWith('old'),
    'new.mjs': answersWith('new'),
  })
  await daemon.active()
  const crowd = new Crowd(await daemon.port(), 10, 4)
  await crowd.more(100)
  daemon.write('circus.ini', WEB_INI.replace('app.mjs', 'new.mjs'))
  const { code, stdout } = await daemon.ctl('reloadconfig', '--waiting')
  assert.deepEqual({ code, stdout }, { code: 0, stdout: 'ok\n' })
  await crowd.more(50)
  await crowd.stop()
  assert.deepEqual(crowd.failures, [])
  const builds = new Set(Array.from(crowd.bodies.keys(), (body) => body.split(' ')[0]))
  assert.deepEqual([...builds], ['old', 'new'])
})

test('reloadconfig with files that cannot be used changes nothing and says why, also to who does not wait', async () => {
  await using daemon = await DaemonUnderTest.start(TWO)
  await daemon.active('other')
  const before = await daemon.pids('other')
  const refused: readonly [string, RegExp][] = [
    [`${TWO}numprocesses = many\n`, /circus\.ini:6: numprocesses: "many" is not a whole number/],
    [`${TWO}stdout_stream.filename = /nowhere/log\n`, /nowhere/],
    [`${TWO}[socket:s]\nhost = 192.0.2.1\nport = 1\n[watcher:new]\ncmd = sleep 1\n`, /socket "s"/],
  ]
  for (const [ini, reason] of refused) {
    daemon.write('circus.ini', ini)
    assertError(await daemon.call('reloadconfig', { waiting: true }), 6, reason)
    assert.deepEqual((await daemon.call('list'))['watchers'], ['keep', 'other'])
    assert.deepEqual(await daemon.pids('other'), before)
  }
  daemon.write('circus.ini', '[watcher:keep]\nnumprocesses = 1\n')
  assertError(await daemon.call('reloadconfig'), 6, /\[watcher:keep\]: has no command/)
})

test('reloadconfig binds new sockets, and takes none away from who runs', async () => {
  await using daemon = await DaemonUnderTest.start(WEB_INI, { 'app.mjs': answersWith('one') })
  await daemon.active()
  const port = await daemon.port()
  const more = '[socket:more]\nhost = 127.0.0.1\nport = 0\n'
  daemon.write('circus.ini', WEB_INI + more)
  assertOk(await daemon.call('reloadconfig', { waiting: true }))
  assert.ok((await daemon.port('more')) > 0)
  assert.equal(await daemon.port(), port)
  daemon.write('circus.ini', WEB_INI.replace('port = 0', 'port = 0\nbacklog = 7') + more)
  assertError(
    await daemon.call('reloadconfig', { waiting: true }),
    6,
    'the configuration cannot be used: [socket:web] cannot change or go while web uses it; stop web first',
  )
  // Together with who uses it, a socket may go.
  daemon.write('circus.ini', more)
  assertOk(await daemon.call('reloadconfig', { waiting: true }))
  const { sockets } = await daemon.call('listsockets')
  assert.deepEqual(
    (sockets as readonly Reply[]).map(({ name }) => name),
    ['more'],
  )
})

test('reloadconfig tells what only a new circusd would change', async () => {
  await using daemon = await DaemonUnderTest.start(TWO)
  await daemon.active('other')
  daemon.write('circus.ini', `[circus]\nloglevel = debug\n${TWO}`)
  const note =
    '[circus] loglevel has changed: that takes effect when circusd itself is started again'
  assertOk(await daemon.call('reloadconfig', { waiting: true }), { notes: [note] })
  await daemon.logs(note)
})
