import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { findEndpoint } from '../../../supervisor/dist/cli/circusctl/find-endpoint.js'
import { bindRouter } from '../../../supervisor/dist/net/zmq.js'
import { knownCommands } from '../../../supervisor/dist/cli/circusctl/known-commands.js'
import { temporaryDirectory } from '../os/temporary-directory.ts'
import { circusctl, PROGRAM } from './circusctl-process.ts'
import { jobOf, startFakeDaemon, TIME } from './fake-daemon.ts'

const printed: readonly [args: readonly string[], stdout: string][] = [
  [['list'], 'by-hand,mixed case,sleeper,web\n'],
  [['list', 'WEB'], '11348,11349\n'],
  [['status'], 'Mixed Case: stopped\nby-hand: stopped\nsleeper: active\nweb: active\n'],
  [['status', 'web'], 'active\n'],
  [['numprocesses', 'web'], '2\n'],
  [['numwatchers'], '4\n'],
  [['listsockets'], "7:socket 'unixs' at run/u.sock\n8:socket 'web' at 127.0.0.1:18888\n"],
  [['globaloptions', 'check_delay'], 'check_delay: 1\n'],
  [['incr', 'web'], 'ok\n'],
  [['decr', 'web', '2'], 'ok\n'],
  [['incr', 'web', '-1'], 'ok\n'],
  [['incr', 'sleeper'], 'This watcher is a Singleton - not changing the number of processes\n'],
  [['start', '--match', 'regex', 'w.*'], 'ok\n'],
  [['reload', '--no-waiting', 'web'], 'ok\n'],
]

test('replies are printed as by Circus, exit code 0', async (t) => {
  const { endpoint } = await startFakeDaemon(t)
  for (const [args, stdout] of printed) {
    const outcome = await circusctl(['--endpoint', endpoint, ...args])
    assert.deepEqual(outcome, { code: 0, stdout, stderr: '' }, args.join(' '))
  }
})

test('options, words and flags reach the daemon', async (t) => {
  const daemon = await startFakeDaemon(t)
  const runs: readonly (readonly string[])[] = [
    ['reload', '--no-waiting', '--sequential', 'web'],
    ['reload', '--no-waiting', '--terminate', 'web'],
    ['decr', 'web', '2'],
    ['stop', 'w*', '--match=glob'],
    ['quit'],
  ]
  for (const args of runs) {
    assert.equal((await circusctl(['--endpoint', daemon.endpoint, ...args])).code, 0)
  }
  assert.deepEqual(daemon.posted, [
    { type: 'command', watcher: 'web', command: { kind: 'reload', job: '1', sequential: true } },
    { type: 'command', watcher: 'web', command: { kind: 'restart', job: '2' } },
    { type: 'command', watcher: 'web', command: { kind: 'resize', job: '3', change: { by: -2 } } },
    { type: 'command', watcher: 'web', command: { kind: 'stop', job: '4' } },
    { type: 'quit', job: '5' },
  ])
})

test('with --waiting the result is printed when the job has ended', async (t) => {
  const daemon = await startFakeDaemon(t)
  daemon.onPost = (event) =>
    daemon.controller.jobEnded(jobOf(event), { ok: true, result: { numprocesses: 3 } })
  const outcome = await circusctl(['--endpoint', daemon.endpoint, 'incr', '--waiting', 'web'])
  assert.deepEqual(outcome, { code: 0, stdout: '3\n', stderr: '' })
})

test('reload waits, and fails with the reason when the reload has failed', async (t) => {
  const daemon = await startFakeDaemon(t)
  const reason = 'process 7 exited with code 3 before it was ready'
  daemon.onPost = (event) => daemon.controller.jobEnded(jobOf(event), { ok: false, reason })
  const outcome = await circusctl(['--endpoint', daemon.endpoint, 'reload', 'web'])
  assert.deepEqual(outcome, { code: 3, stdout: '', stderr: `error: ${reason}\n` })
})

test('an error reply is printed to stderr, exit code 3', async (t) => {
  const { endpoint } = await startFakeDaemon(t)
  const outcome = await circusctl(['--endpoint', endpoint, 'status', 'nope'])
  assert.deepEqual(outcome, { code: 3, stdout: '', stderr: 'error: program nope not found\n' })
})

test('--json prints the reply as one line, also of an error, which still exits with 3', async (t) => {
  const { endpoint } = await startFakeDaemon(t)
  const good = await circusctl(['--endpoint', endpoint, '--json', 'numwatchers'])
  assert.deepEqual(JSON.parse(good.stdout), { status: 'ok', time: TIME, numwatchers: 4, id: '1' })
  assert.equal(good.stdout.split('\n').length, 2)
  const bad = await circusctl(['--endpoint', endpoint, '--json', 'status', 'nope'])
  assert.equal(bad.code, 3)
  assert.equal(bad.stderr, '')
  assert.equal(JSON.parse(bad.stdout).errno, 3)
})

test('--json --prettify indents and sorts', async (t) => {
  const { endpoint } = await startFakeDaemon(t)
  const { stdout } = await circusctl([
    '--endpoint',
    endpoint,
    '--json',
    '--prettify',
    'numwatchers',
  ])
  const lines = [
    '{',
    '  "id": "1",',
    '  "numwatchers": 4,',
    '  "status": "ok",',
    `  "time": ${TIME}`,
  ]
  assert.equal(stdout, [...lines, '}', ''].join('\n'))
})

test('CIRCUSCTL_ENDPOINT says where, and --endpoint wins over it', async (t) => {
  const { endpoint } = await startFakeDaemon(t)
  const fromEnvironment = await circusctl(['numwatchers'], { CIRCUSCTL_ENDPOINT: endpoint })
  assert.equal(fromEnvironment.stdout, '4\n')
  const environment = { CIRCUSCTL_ENDPOINT: 'bogus' }
  const given = await circusctl(['--endpoint', endpoint, 'numwatchers'], environment)
  assert.equal(given.stdout, '4\n')
})

test('the socket of a daemon in the runtime directory is found', async (t) => {
  const directory = join(temporaryDirectory(t), 'circus')
  mkdirSync(directory, { mode: 0o700 })
  await startFakeDaemon(t, `ipc://${directory}/control`)
  const { stdout } = await circusctl(['numwatchers'], { CIRCUS_RUNTIME_DIR: directory })
  assert.equal(stdout, '4\n')
})

test('without a daemon in a private directory, the endpoint is that of Circus', async (t) => {
  const uid = process.getuid?.() ?? -1
  const directory = join(temporaryDirectory(t), 'circus')
  const environment = { CIRCUS_RUNTIME_DIR: directory }
  const expected = { endpoint: 'tcp://127.0.0.1:5555', missed: [`ipc://${directory}/control`] }
  assert.deepEqual(await findEndpoint(null, environment, uid), expected)
  // Others could have put this one there.
  mkdirSync(directory, { mode: 0o755 })
  await startFakeDaemon(t, `ipc://${directory}/control`)
  assert.deepEqual(await findEndpoint(null, environment, uid), expected)
})

test('when nobody answers, circusctl says where it asked and exits with 1', async (t) => {
  const endpoint = `ipc://${join(temporaryDirectory(t), 'nobody')}`
  const outcome = await circusctl(['--endpoint', endpoint, '--timeout', '0.05', 'list'])
  assert.deepEqual(outcome, {
    code: 1,
    stdout: '',
    stderr: `Timed out.\nNobody listens at ${endpoint}: start circusd, or check --endpoint\n`,
  })
})

test('a daemon that says nothing times out as well, also with --waiting', async (t) => {
  const router = await bindRouter(`ipc://${join(temporaryDirectory(t), 'control')}`)
  t.after(() => router.close())
  for (const args of [['list'], ['stop', '--waiting', 'web']]) {
    const patience = ['--endpoint', router.endpoint, '--timeout', '0.05']
    const { code, stderr } = await circusctl([...patience, ...args])
    assert.equal(code, 1)
    assert.match(stderr, /^Timed out\.\n/)
  }
})

test('an endpoint that is none exits with 1', async () => {
  const { code, stderr } = await circusctl(['--endpoint', 'bogus', 'list'])
  assert.equal(code, 1)
  assert.equal(stderr, 'Cannot connect to bogus: invalid argument (EINVAL)\n')
})

const misuses: readonly [args: readonly string[], stderr: RegExp][] = [
  [['bogus'], /^usage: circusctl \[options\] command \[args\]\n.*Cannot find command "bogus"/],
  [['--bogus', 'list'], /^usage: circusctl \[options\].*\n.*Cannot find option "--bogus"/],
  [['list', '--bogus'], /^usage: circusctl list \[NAME\]\n.*Cannot find option "--bogus" of list/],
  [['list', '--json'], /belongs before the command, circusctl --json list$/m],
  [['statsu'], /did you mean "stat(s|us)"\?/],
  [['reload', '--termnate'], /did you mean --terminate\?/],
  [['reload', '--sequential=yes'], /--sequential takes no value/],
  [['stop', '--match'], /--match: its METHOD is missing/],
  [['completion', 'tcsh'], /Cannot complete in "tcsh": must be one of bash, zsh, fish/],
  [['incr'], /^usage: circusctl incr NAME \[NB\] \[--waiting\]\n.*NAME is missing/],
  [['incr', 'web', 'two'], /Cannot use "two" as a number/],
  [['stop', 'web', 'api'], /"api" is one word too many/],
  [['--timeout', 'soon', 'list'], /Cannot use "soon" as --timeout/],
  [['--timeout', '0', 'list'], /Cannot use "0" as --timeout/],
  [['--timeout'], /--timeout: its SECONDS is missing/],
]

test('wrong usage is explained on stderr, exit code 2', async () => {
  for (const [args, expected] of misuses) {
    const { code, stdout, stderr } = await circusctl(args)
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' }, args.join(' '))
    assert.match(stderr, expected)
  }
})

test('--help lists every command, also those of circusctl itself', async () => {
  const { code, stdout } = await circusctl(['--help'])
  assert.equal(code, 0)
  for (const { name, summary } of knownCommands()) {
    assert.ok(stdout.includes(`\n  ${name.padEnd(21)} ${summary}\n`), name)
  }
})

test('--help COMMAND and COMMAND --help explain one command', async () => {
  for (const args of [
    ['help', 'reload'],
    ['--help', 'reload'],
    ['reload', '--help'],
    ['reload', '-h'],
  ]) {
    const { code, stdout } = await circusctl(args)
    assert.equal(code, 0)
    assert.match(stdout, /^usage: circusctl reload \[NAME\] \[--waiting\]/)
    assert.match(stdout, /--terminate/)
  }
})

test('--version prints the version of the package', async () => {
  const { stdout } = await circusctl(['--version'])
  assert.match(stdout, /^circusctl \d+\.\d+\.\d+\n$/)
})

test('an interrupted circusctl exits with 1', async (t) => {
  const daemon = await startFakeDaemon(t)
  const args = ['--endpoint', daemon.endpoint, 'stop', '--waiting', 'web']
  const child = spawn(PROGRAM, args, { stdio: 'ignore' })
  daemon.onPost = () => child.kill('SIGINT')
  await once(child, 'close')
  assert.equal(child.exitCode, 1)
})
