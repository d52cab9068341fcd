import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'node:test'
import { children } from '../../../supervisor/dist/os/procfs.js'
import { datagramReceiver } from '../os/datagram-receiver.ts'
import { openedListener } from '../os/opened-listener.ts'
import { answersWith, THROWS_AT_IMPORT, WEB_INI } from './apps.ts'
import { CircusdHome } from './circusd-process.ts'
import { isAlive } from './daemon-under-test.ts'
import { ask } from './http-client.ts'

const SLEEPER = '[watcher:a]\ncmd = sleep 1000\n'

const DAEMON_INI = `[circus]\npidfile = circus.pid\nlogoutput = circus.log\n${SLEEPER}`

const UP = 'Arbiter now waiting for commands'

/** Asks again and again: for facts which nobody announces. */
async function eventually(isTrue: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    if (isTrue()) return
    await delay(10)
  }
  assert.fail(`waited in vain for ${what}`)
}

/** Field 6 of /proc/PID/stat (proc(5)). */
function sessionOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3])
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

test('--daemon returns 0 when circusd is up, which holds nothing of who has started it', async () => {
  await using home = new CircusdHome({ 'circus.ini': DAEMON_INI })
  const launcher = home.start({ args: ['--daemon'] })
  // "Closed" means that nobody holds the pipes to its output: neither circusd nor its processes.
  assert.equal(await launcher.exitCode(), 0)
  assert.equal(launcher.stdout + launcher.stderr, '')
  assert.match(textOf(home.file('circus.log')), /Arbiter now waiting for commands/)
  const pid = Number(textOf(home.file('circus.pid')))
  try {
    assert.equal(sessionOf(pid), pid)
    assert.equal(readlinkSync(`/proc/${pid}/cwd`), home.path)
    for (const fd of [0, 1, 2]) assert.equal(readlinkSync(`/proc/${pid}/fd/${fd}`), '/dev/null')
    assert.equal(readFileSync(`/proc/${pid}/comm`, 'utf8'), 'circusd\n')
    assert.match(readFileSync(`/proc/${pid}/cmdline`, 'utf8'), /^circusd --daemon circus\.ini\0/)
    await eventually(() => textOf(home.file('circus.log')).includes('a started'), 'a started')
    const [sleeper = 0] = children(pid)
    // While it is being loaded it has its libraries open.
    const fds = (): string => readdirSync(`/proc/${sleeper}/fd`).join(' ')
    await eventually(() => fds() === '0 1 2', 'a process which holds nothing of ours')
    assert.doesNotMatch(readFileSync(`/proc/${sleeper}/environ`, 'utf8'), /CIRCUSD_LAUNCHER/)
  } finally {
    process.kill(pid, 'SIGTERM')
    await eventually(() => !isAlive(pid), 'the end of circusd')
  }
  assert.deepEqual(readdirSync(home.path).toSorted(), ['circus.ini', 'circus.log', 'run'])
  assert.deepEqual(readdirSync(home.file('run')), [])
})

for (const [what, ini, exitCode, message] of [
  [
    'a configuration that cannot be used',
    '[watcher:a]\nnumprocesses = many\n',
    1,
    /nothing was started\n$/,
  ],
  ['a directory that is missing', `[circus]\npidfile = no/pid\n${SLEEPER}`, 1, /no\/pid: no such/],
  ['an endpoint that is refused', '[circus]\nendpoint = tcp://0.0.0.0:1\n', 71, /other machines/],
] as const) {
  test(`--daemon passes on ${what}: its message and exit code ${exitCode}`, async () => {
    await using home = new CircusdHome({ 'circus.ini': ini })
    const launcher = home.start({ args: ['--daemon'] })
    assert.equal(await launcher.exitCode(), exitCode)
    assert.match(launcher.stderr, message)
    assert.doesNotMatch(launcher.stderr, /\n\s+at /)
  })
}

test('--daemon with a log on standard error says that the log is lost', async () => {
  await using home = new CircusdHome({ 'circus.ini': `[circus]\npidfile = circus.pid\n${SLEEPER}` })
  const launcher = home.start({ args: ['--daemon'] })
  assert.equal(await launcher.exitCode(), 0)
  assert.match(launcher.stderr, /^circusd: warning: in the background the log is lost/)
  const pid = Number(textOf(home.file('circus.pid')))
  process.kill(pid, 'SIGTERM')
  await eventually(() => !isAlive(pid), 'the end of circusd')
})

test('a signal during the start ends circusd and leaves nothing behind', async () => {
  await using home = new CircusdHome({ 'circus.ini': `[circus]\npidfile = c.pid\n${SLEEPER}` })
  const circusd = home.start()
  await circusd.says('Starting master')
  circusd.child.kill('SIGTERM')
  assert.equal(await circusd.exitCode(), 0)
  assert.deepEqual(readdirSync(home.path).toSorted(), ['circus.ini', 'run'])
  assert.deepEqual(readdirSync(home.file('run')), [])
})

test('USR2, WINCH and PIPE do no harm; INT and QUIT quit', async () => {
  for (const quit of ['SIGINT', 'SIGQUIT'] as const) {
    await using home = new CircusdHome({ 'circus.ini': SLEEPER })
    const circusd = home.start()
    await circusd.says('a started')
    circusd.child.kill('SIGWINCH')
    circusd.child.kill('SIGPIPE')
    circusd.child.kill('SIGUSR2')
    await circusd.says('Got signal SIG_USR2, which circusd ignores')
    circusd.child.kill(quit)
    assert.equal(await circusd.exitCode(), 0)
    assert.match(circusd.stderr, new RegExp(`Got signal ${quit.replace('SIG', 'SIG_')}\n`))
    assert.doesNotMatch(circusd.stderr, /SIG_WINCH|SIG_PIPE|Debugger/)
  }
})

test('USR1 opens the log anew', async () => {
  await using home = new CircusdHome({ 'circus.ini': DAEMON_INI })
  const circusd = home.start()
  const log = home.file('circus.log')
  await eventually(() => textOf(log).includes(UP), 'the start')
  renameSync(log, `${log}.1`)
  circusd.child.kill('SIGUSR1')
  await eventually(() => textOf(log).includes('Got signal SIG_USR1'), 'the new log')
  circusd.child.kill('SIGTERM')
  assert.equal(await circusd.exitCode(), 0)
  assert.match(textOf(log), /Arbiter exiting/)
})

test('a log that nobody can read any more does not end circusd', async () => {
  await using home = new CircusdHome({ 'circus.ini': SLEEPER })
  const circusd = home.start()
  await circusd.says('a started')
  circusd.child.stderr?.destroy()
  circusd.child.stdout?.destroy()
  const [before = 0] = children(circusd.pid)
  process.kill(before, 'SIGKILL')
  await eventually(() => {
    const [now = before] = children(circusd.pid)
    return now !== before
  }, 'the next process')
  circusd.child.kill('SIGTERM')
  assert.equal(await circusd.exitCode(), 0)
})

test('a pidfile of a living process: Circus words on stdout, who it is on stderr, exit 1', async () => {
  await using home = new CircusdHome({ 'circus.ini': DAEMON_INI, 'circus.pid': `${process.pid}\n` })
  const circusd = home.start()
  assert.equal(await circusd.exitCode(), 1)
  assert.equal(circusd.stdout, `pid file 'circus.pid' is stale, current pid ${circusd.pid}\n`)
  assert.match(
    circusd.stderr,
    new RegExp(`^circusd: Cannot write the pidfile circus.pid: it names process ${process.pid} `),
  )
  assert.match(textOf(home.file('circus.log')), /\[CRITICAL\] Cannot write the pidfile/)
  assert.equal(textOf(home.file('circus.pid')), `${process.pid}\n`)
})

test('a pidfile of a dead process is overwritten; one that was changed since is left', async () => {
  const dead = `${spawnSync('true').pid}\n`
  await using home = new CircusdHome({ 'circus.ini': DAEMON_INI, 'circus.pid': dead })
  const circusd = home.start()
  await eventually(() => textOf(home.file('circus.log')).includes(UP), 'the start')
  assert.equal(textOf(home.file('circus.pid')), `${circusd.pid}\n`)
  writeFileSync(home.file('circus.pid'), '1\n')
  circusd.child.kill('SIGTERM')
  assert.equal(await circusd.exitCode(), 0)
  assert.equal(textOf(home.file('circus.pid')), '1\n')
})

test('umask holds for the pidfile already', async () => {
  const ini = DAEMON_INI.replace('[circus]', '[circus]\numask = 077')
  await using home = new CircusdHome({ 'circus.ini': ini })
  const circusd = home.start()
  await eventually(() => textOf(home.file('circus.log')).includes(UP), 'the start')
  assert.equal(statSync(home.file('circus.pid')).mode & 0o777, 0o600)
  circusd.child.kill('SIGTERM')
  assert.equal(await circusd.exitCode(), 0)
})

test('a reload that fails is told to the service manager, and stays told', async (t) => {
  await using home = new CircusdHome({ 'circus.ini': WEB_INI, 'app.mjs': answersWith('one') })
  const manager = datagramReceiver(t, home.file('notify'))
  const circusd = home.start({ env: { NOTIFY_SOCKET: home.file('notify') } })
  await circusd.says('web started')
  writeFileSync(home.file('app.mjs'), THROWS_AT_IMPORT)
  circusd.child.kill('SIGHUP')
  await circusd.says('web not reloaded')
  const messages: string[] = []
  while (messages.filter((message) => message.startsWith('READY=1')).length < 2) {
    messages.push(await manager.receive())
  }
  assert.match(
    messages.at(-1) ?? '',
    /^READY=1\nSTATUS=1 of 1 watchers .*; the last reload has failed: /,
  )
  circusd.child.kill('SIGTERM')
  assert.equal(await circusd.exitCode(), 0)
})

test('a second circusd says which process holds the endpoint', async () => {
  await using home = new CircusdHome({ 'circus.ini': SLEEPER })
  const first = home.start()
  await first.says(UP)
  const second = home.start()
  assert.equal(await second.exitCode(), 71)
  const holder = `another circusd holds it: process ${first.pid} \\(circusd circus\\.ini\\)\n$`
  assert.match(second.stderr, new RegExp(holder))
})

test('a socket that was passed under its name is served, in place of one of our own', async (t) => {
  const passed = openedListener(t)
  await using home = new CircusdHome({
    'circus.ini': `${WEB_INI}\n[socket:own]\nhost = 127.0.0.1\nport = 0\n`,
    'app.mjs': answersWith('passed'),
  })
  const stray = openedListener(t)
  const circusd = home.start({
    sockets: [passed.fd, stray.fd],
    env: { LISTEN_FDS: '2', LISTEN_FDNAMES: 'web:stray' },
  })
  await circusd.says('web started')
  const { body } = await ask(passed.port)
  assert.match(body, /^passed /)
  const where = `descriptor 3, 127.0.0.1:${passed.port}`
  assert.ok(circusd.stderr.includes(`socket "web" was passed to circusd: ${where}\n`))
  assert.match(
    circusd.stderr,
    /descriptor 4, passed to circusd as "stray", is not used: there is no \[socket:stray\]/,
  )
  // The worker holds the one socket and no variable of systemd's that is not its own.
  const [worker = 0] = children(circusd.pid)
  assert.match(readFileSync(`/proc/${worker}/environ`, 'utf8'), /LISTEN_FDNAMES=web\0/)
  circusd.child.kill('SIGTERM')
  assert.equal(await circusd.exitCode(), 0)
})

test('a socket of the wrong kind under a wanted name: one sentence, exit 71', async (t) => {
  const passed = openedListener(t)
  await using home = new CircusdHome({
    'circus.ini': WEB_INI.replace('port = 0', 'port = 0\nfamily = AF_INET6').replace(
      '127.0.0.1',
      '::1',
    ),
  })
  const circusd = home.start({
    sockets: [passed.fd],
    env: { LISTEN_FDS: '1', LISTEN_FDNAMES: 'web' },
  })
  assert.equal(await circusd.exitCode(), 71)
  assert.match(
    circusd.stderr,
    /^circusd: socket "web": Cannot use descriptor 3, which was passed for it: it is a socket of the family inet, not inet6$/m,
  )
})

test('the service manager hears READY, RELOADING, READY, WATCHDOG and STOPPING', async (t) => {
  await using home = new CircusdHome({ 'circus.ini': SLEEPER })
  const manager = datagramReceiver(t, home.file('notify'))
  const env = { NOTIFY_SOCKET: home.file('notify'), WATCHDOG_USEC: '100000' }
  const circusd = home.start({ env })
  /** The next message of the kind; what tells of other things comes at any time. */
  const next = async (kind: string): Promise<string> => {
    for (;;) {
      const message = await manager.receive()
      if (message.startsWith(kind)) return message
      assert.match(message, /^(WATCHDOG|STATUS)=/)
    }
  }
  assert.equal(await next('READY=1'), `READY=1\nMAINPID=${circusd.pid}\nSTATUS=Starting\n`)
  assert.equal(await next('WATCHDOG=1'), 'WATCHDOG=1\n')
  await circusd.says('a started')
  assert.equal(await next('STATUS=1 of'), 'STATUS=1 of 1 watchers active, 1 process\n')
  circusd.child.kill('SIGHUP')
  assert.match(await next('RELOADING=1'), /^RELOADING=1\nMONOTONIC_USEC=\d+\nSTATUS=Reloading\n$/)
  assert.equal(await next('READY=1'), 'READY=1\nSTATUS=1 of 1 watchers active, 1 process\n')
  circusd.child.kill('SIGTERM')
  assert.equal(await next('STOPPING=1'), 'STOPPING=1\nSTATUS=Stopping\n')
  assert.equal(await circusd.exitCode(), 0)
})
