import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { temporaryDirectory } from '../os/temporary-directory.ts'
import { circusctl } from './circusctl-process.ts'
import { startFakeDaemon } from './fake-daemon.ts'

/**
 * An ssh whose other host is this one: it runs the remote command here, and "forwards" a socket by a second name of
 * it. It writes down how it was called.
 */
const FAKE_SSH = `#!/bin/sh
echo "$*" | head -n 1 >> "$SSH_LOG"
while [ "$1" != -- ]; do
  case $1 in -O) is_forward=1 ;; -L) forward=$2 ;; esac
  shift
done
if [ "$2" = "nobody@there" ]; then echo "ssh: connect to host there: refused" >&2; exit 255; fi
if [ -n "$is_forward" ]; then exec ln "\${forward#*:}" "\${forward%%:*}"; fi
exec sh -c "$3"
`

interface FakeHost {
  readonly environment: Readonly<Record<string, string>>
  readonly calls: () => readonly string[]
  /** Directories that circusctl has left behind. */
  readonly leftBehind: () => readonly string[]
}

function fakeHost(t: TestContext): FakeHost {
  const directory = temporaryDirectory(t)
  const log = join(directory, 'log')
  const bin = join(directory, 'bin')
  const scratch = join(directory, 'tmp')
  for (const path of [bin, scratch]) mkdirSync(path)
  writeFileSync(join(bin, 'ssh'), FAKE_SSH)
  chmodSync(join(bin, 'ssh'), 0o755)
  return {
    environment: { PATH: `${bin}:${process.env['PATH']}`, SSH_LOG: log, TMPDIR: scratch },
    calls: () => readFileSync(log, 'utf8').trimEnd().split('\n'),
    leftBehind: () => readdirSync(scratch),
  }
}

test('--ssh reaches the endpoint as the other host sees it, and leaves nothing behind', async (t) => {
  const { endpoint } = await startFakeDaemon(t)
  const { environment, calls, leftBehind } = fakeHost(t)
  const args = ['--ssh', 'deploy@there:2222', '--ssh_keyfile', '/key', '--endpoint', endpoint]
  const outcome = await circusctl([...args, 'numwatchers'], environment)
  assert.deepEqual(outcome, { code: 0, stdout: '4\n', stderr: '' })
  const [master = '', forward = ''] = calls()
  assert.match(master, /^-M -S \S+ .*-p 2222 -i \/key -- deploy@there exec sh -c '/)
  assert.match(forward, /^-S \S+ -O forward -L \S+ -- deploy@there$/)
  assert.deepEqual(leftBehind(), [])
})

test('without --endpoint the other host is asked where circusd listens', async (t) => {
  const directory = join(temporaryDirectory(t), 'circus')
  mkdirSync(directory, { mode: 0o700 })
  await startFakeDaemon(t, `ipc://${directory}/control`)
  const { environment } = fakeHost(t)
  const remote = { ...environment, CIRCUS_RUNTIME_DIR: directory }
  const { stdout } = await circusctl(['--ssh', 'there', 'numwatchers'], remote)
  assert.equal(stdout, '4\n')
})

test('when ssh cannot connect, it has said why; exit code 1', async (t) => {
  const { environment, leftBehind } = fakeHost(t)
  const outcome = await circusctl(['--ssh', 'nobody@there', 'list'], environment)
  assert.deepEqual(outcome, {
    code: 1,
    stdout: '',
    stderr: 'ssh: connect to host there: refused\nCannot reach nobody@there: ssh ended with 255\n',
  })
  assert.deepEqual(leftBehind(), [])
})
