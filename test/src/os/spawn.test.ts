import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { before, test } from 'node:test'
import { markInheritedCloseOnExec } from '../../../supervisor/dist/os/close-on-exec.js'
import { descriptorLinks } from '../../../supervisor/dist/os/descriptor-links.js'
import { commandLine, startTime } from '../../../supervisor/dist/os/procfs.js'
import { spawnProcess, type SpawnRequest } from '../../../supervisor/dist/os/spawn.js'
import type { SpawnError } from '../../../supervisor/dist/os/spawn-error.js'
import { openedListener } from './opened-listener.ts'
import { fixture, spawnRequest, startProcess, startShell } from './started-process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** Says when the program is loaded: the loader itself opens files for a moment. */
const UP = 'echo; /bin/sleep 60; :'

// Whoever runs the tests may have left descriptors open to us.
before(markInheritedCloseOnExec)

function failure(request: Partial<SpawnRequest>): Promise<SpawnError> {
  return new Promise((resolve, reject) => {
    const exited = (): void => reject(new Error('The process exited, so it was spawned'))
    assert.equal(spawnProcess(spawnRequest(request), { exited, failed: resolve }), undefined)
  })
}

test('a process tells how it exited, once', async (t) => {
  const { exited } = startShell(t, 'exit 7')
  assert.deepEqual(await exited, { exitCode: 7, signal: null })
})

test('a process tells which signal ended it', async (t) => {
  const { exited } = startShell(t, 'kill -USR1 $$')
  assert.deepEqual(await exited, { exitCode: null, signal: 'SIGUSR1' })
})

test('output is read to its end through pipes', async (t) => {
  const { process } = startShell(t, 'echo out; echo err >&2', { stdout: 'pipe', stderr: 'pipe' })
  assert.ok(process.stdout && process.stderr)
  assert.deepEqual(await Promise.all([text(process.stdout), text(process.stderr)]), [
    'out\n',
    'err\n',
  ])
})

test('the child can open /dev/stdout', { skip: process.platform !== 'linux' }, async (t) => {
  const { process } = startShell(t, 'echo again > /dev/stdout', { stdout: 'pipe' })
  assert.ok(process.stdout)
  assert.equal(await text(process.stdout), 'again\n')
})

test('exit is told although a grandchild still holds the output', async (t) => {
  const { process, exited } = startShell(t, 'sleep 60 & echo done', { stdout: 'pipe' })
  assert.ok(process.stdout)
  assert.deepEqual(await exited, { exitCode: 0, signal: null })
  assert.equal(process.stdout.readableEnded, false)
})

test('the child holds its sockets from 3 on, the notify pipe after them, and nothing else', async (t) => {
  const [web, admin, other] = [openedListener(t), openedListener(t), openedListener(t)]
  const { process } = startShell(t, UP, {
    sockets: [web.fd, admin.fd],
    notify: true,
    stdout: 'pipe',
  })
  assert.ok(process.stdout)
  await once(process.stdout, 'data')
  const links = descriptorLinks(process.pid)
  assert.deepEqual(new Set(links.keys()), new Set([0, 1, 2, 3, 4, 5]))
  assert.equal(links.get(0), '/dev/null')
  assert.match(links.get(1) ?? '', /^pipe:/)
  assert.equal(links.get(3), `socket:[${web.inode}]`)
  assert.equal(links.get(4), `socket:[${admin.inode}]`)
  assert.match(links.get(5) ?? '', /^pipe:/)
  assert.notEqual(other.fd, web.fd)
})

test('a descriptor which we inherited ourselves is not handed on', async () => {
  const program = fixture('list-descriptors-of-child.js')
  const outer = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'inherit', ...Array.from({ length: 97 }, () => 'ignore' as const), 1],
  })
  assert.ok(outer.stdout)
  assert.equal(await text(outer.stdout), '0 1 2\n')
})

test('a socket can be the standard input of a child', (t) => {
  const web = openedListener(t)
  const { process } = startProcess(t, { args: ['60'], stdin: web.fd })
  assert.equal(descriptorLinks(process.pid).get(0), `socket:[${web.inode}]`)
})

test('we hold no write end after the spawn: the notify pipe ends with the child', async (t) => {
  const { process } = startShell(t, 'exit 0', { notify: true })
  assert.ok(process.notify)
  assert.equal(await text(process.notify), '')
})

test('the child leads its own session and process group', async (t) => {
  const { process } = startProcess(t, { args: ['60'] })
  const stat = readFileSync(`/proc/${process.pid}/stat`, 'utf8')
  const [, , group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  assert.deepEqual([group, session], [String(process.pid), String(process.pid)])
})

test('the start time is known, even of a process which is dead already', async (t) => {
  const { process } = startShell(t, 'exit 0')
  assert.equal(typeof process.startTime, 'number')
  assert.equal(process.startTime, startTime(process.pid))
})

test('the child has exactly the environment which was asked for', async (t) => {
  const { process } = startProcess(t, {
    program: '/usr/bin/env',
    env: { B: '2', A: 'x=y z' },
    stdout: 'pipe',
  })
  assert.ok(process.stdout)
  assert.equal(await text(process.stdout), 'B=2\nA=x=y z\n')
})

test('LISTEN_PID is the pid of the child, and words are passed on as they are', async (t) => {
  const { process } = startProcess(t, {
    program: '/bin/sh',
    args: ['-c', 'printf "%s|" "$LISTEN_PID" "$$" "$@"', 'sh', 'a b', '$HOME', '"', ''],
    listenPid: true,
    stdout: 'pipe',
  })
  assert.ok(process.stdout)
  assert.equal(await text(process.stdout), `${process.pid}|${process.pid}|a b|$HOME|"||`)
})

test('sockets pass through the shell which sets LISTEN_PID', async (t) => {
  const web = openedListener(t)
  const { process } = startShell(t, UP, {
    sockets: [web.fd],
    listenPid: true,
    stdout: 'pipe',
  })
  assert.ok(process.stdout)
  await once(process.stdout, 'data')
  const links = descriptorLinks(process.pid)
  assert.deepEqual(new Set(links.keys()), new Set([0, 1, 2, 3]))
  assert.equal(links.get(3), `socket:[${web.inode}]`)
})

test('argv0 is the name by which the child knows itself', (t) => {
  const { process } = startProcess(t, { args: ['60'], argv0: 'worker' })
  assert.deepEqual(commandLine(process.pid), ['worker', '60'])
})

for (const listenPid of [false, true]) {
  const way = listenPid ? 'by way of the shell' : 'directly'

  test(`a missing program is named (${way})`, async () => {
    const error = await failure({ program: '/nowhere/run', listenPid })
    assert.equal(error.code, 'ENOENT')
    assert.equal(error.message, 'Cannot spawn /nowhere/run: no such file or directory (ENOENT)')
  })

  test(`a program which is not executable is named (${way})`, async () => {
    const error = await failure({ program: '/etc/passwd', listenPid })
    assert.equal(error.message, 'Cannot spawn /etc/passwd: permission denied (EACCES)')
  })

  test(`a missing working directory is named, not the program (${way})`, async () => {
    const error = await failure({ cwd: '/nowhere', listenPid })
    assert.equal(error.code, 'ENOENT')
    assert.equal(
      error.message,
      'Cannot spawn /bin/sleep in the working directory /nowhere: no such file or directory (ENOENT)',
    )
  })
}

test('a file where a directory should be is told', async () => {
  const error = await failure({ program: '/etc/passwd/run' })
  assert.equal(error.code, 'ENOTDIR')
})

test('a missing interpreter is told from a missing program', async (t) => {
  const program = join(temporaryDirectory(t), 'script')
  writeFileSync(program, '#!/nowhere/interpreter\n')
  chmodSync(program, 0o755)
  const error = await failure({ program })
  assert.equal(
    error.message,
    `Cannot spawn ${program}: no such file or directory (ENOENT), the file is there, its interpreter is not`,
  )
})

test('words which no command line can hold fail the spawn and not us', async () => {
  assert.equal((await failure({ args: ['a\0b'] })).code, 'ERR_INVALID_ARG_VALUE')
  assert.equal((await failure({ args: ['x'.repeat(4_000_000)] })).code, 'E2BIG')
})

test('a failed spawn leaves no pipe open', async () => {
  const pipes = (): readonly string[] =>
    [...descriptorLinks(process.pid).values()].filter((link) => link.startsWith('pipe:'))
  const before = new Set(pipes())
  await failure({ program: '/nowhere/run', stdout: 'pipe', stderr: 'pipe', notify: true })
  await new Promise(setImmediate)
  assert.deepEqual(
    pipes().filter((pipe) => !before.has(pipe)),
    [],
  )
})
