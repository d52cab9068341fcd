import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { before, test, type TestContext } from 'node:test'
import { markInheritedCloseOnExec } from '../../../supervisor/dist/os/close-on-exec.js'
import { descriptorLinks } from '../../../supervisor/dist/os/descriptor-links.js'
import { children } from '../../../supervisor/dist/os/procfs.js'
import { spawnProcess, type SpawnRequest } from '../../../supervisor/dist/os/spawn.js'
import type { SpawnError } from '../../../supervisor/dist/os/spawn-error.js'
import { openedListener } from './opened-listener.ts'
import { fixture, spawnRequest, startShell } from './started-process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const isRoot = process.geteuid?.() === 0
const NEEDS_ROOT = { skip: isRoot ? false : 'NOT RUN: only root can start processes of others' }
const LINUX = { skip: process.platform !== 'linux' }
/** Says when the program is loaded: the loader itself opens files for a moment. */
const UP = 'echo; /bin/sleep 60; :'
const SOMEBODY = { uid: 65_534, gid: 65_533, groups: [65_533, 65_531, 3_000_000_000] }

before(markInheritedCloseOnExec)

async function outputOf(
  t: TestContext,
  line: string,
  request: Partial<SpawnRequest>,
): Promise<string> {
  const { process } = startShell(t, line, { ...request, stdout: 'pipe' })
  assert.ok(process.stdout)
  return text(process.stdout)
}

function failure(request: Partial<SpawnRequest>): Promise<SpawnError> {
  return new Promise((resolve, reject) => {
    const exited = (): void => reject(new Error('The process exited, so it was spawned'))
    assert.equal(spawnProcess(spawnRequest(request), { exited, failed: resolve }), undefined)
  })
}

/** What /proc/PID/status says, by name, with single spaces. */
function parseStatus(status: string): ReadonlyMap<string, string> {
  const lines = status.split('\n').map((line) => line.split(':'))
  return new Map(lines.map(([name = '', value = '']) => [name, value.trim().replace(/\s+/g, ' ')]))
}

test('the file mode mask is the one asked for, and ours stays', async (t) => {
  const ours = process.umask()
  assert.equal(await outputOf(t, 'umask', { umask: 0o27 }), '0027\n')
  assert.equal(await outputOf(t, 'umask', { umask: 0 }), '0000\n')
  assert.equal(process.umask(), ours)
})

test('the niceness is there from the first instruction of the program', LINUX, async (t) => {
  const line = 'read -r stat </proc/self/stat; set -- $stat; echo ${19}'
  assert.equal(await outputOf(t, line, { nice: 7 }), '7\n')
})

test('limits are exact, soft and hard, and those of others stay', LINUX, async (t) => {
  const ours = readFileSync('/proc/self/limits', 'utf8')
  const limits = [
    { resource: 'nofile', limit: 123 },
    { resource: 'fsize', limit: 1_000_001 },
    { resource: 'core', limit: 0 },
  ]
  const output = await outputOf(t, '/bin/cat /proc/self/limits', { limits })
  assert.match(output, /^Max open files +123 +123 /m)
  assert.match(output, /^Max file size +1000001 +1000001 /m)
  assert.match(output, /^Max core file size +0 +0 /m)
  assert.equal(readFileSync('/proc/self/limits', 'utf8'), ours)
})

test(
  'open files without end, which no kernel grants, are as many as can be had',
  LINUX,
  async (t) => {
    const hard = /^Max open files +\d+ +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    const limits = [{ resource: 'nofile', limit: 'infinity' }] as const
    assert.equal(await outputOf(t, 'ulimit -n; ulimit -Hn', { limits }), `${hard}\n${hard}\n`)
  },
)

const STDINS = ['null', 'inherit', 'socket'] as const

for (const stdin of STDINS) {
  test(
    `a process which waited at the gate holds what it was given (stdin: ${stdin})`,
    LINUX,
    async (t) => {
      const [web, admin] = [openedListener(t), openedListener(t)]
      const { process: child } = startShell(t, UP, {
        stdin: stdin === 'socket' ? admin.fd : stdin,
        sockets: [web.fd],
        notify: true,
        nice: 1,
        stdout: 'pipe',
      })
      assert.ok(child.stdout)
      await once(child.stdout, 'data')
      const links = descriptorLinks(child.pid)
      assert.deepEqual(new Set(links.keys()), new Set([0, 1, 2, 3, 4]))
      const own = descriptorLinks(process.pid).get(0)
      const expected = { null: '/dev/null', inherit: own, socket: `socket:[${admin.inode}]` }
      assert.equal(links.get(0), expected[stdin])
      assert.equal(links.get(3), `socket:[${web.inode}]`)
      assert.match(links.get(4) ?? '', /^pipe:/)
    },
  )
}

test('nine sockets pass the gate, more than a shell can name', LINUX, async (t) => {
  const sockets = Array.from({ length: 9 }, () => openedListener(t))
  const { process: child } = startShell(t, UP, {
    sockets: sockets.map(({ fd }) => fd),
    nice: 1,
    listenPid: true,
    stdout: 'pipe',
  })
  assert.ok(child.stdout)
  await once(child.stdout, 'data')
  const links = descriptorLinks(child.pid)
  assert.equal(links.get(0), '/dev/null')
  assert.deepEqual(
    sockets.map((_, index) => links.get(index + 3)),
    sockets.map(({ inode }) => `socket:[${inode}]`),
  )
  assert.equal(links.size, 12)
})

const REFUSED: readonly (readonly [string, Partial<SpawnRequest>, RegExp])[] = [
  [
    'more open files than the kernel has',
    { limits: [{ resource: 'nofile', limit: 2 ** 40 }] },
    /^Cannot spawn \/bin\/sleep: cannot set rlimit_nofile to 1099511627776: operation not permitted \(EPERM\), the hard limit is \d+/,
  ],
  [
    'a limit of nothing known',
    { limits: [{ resource: 'coffee', limit: 1 }] },
    /^Cannot spawn \/bin\/sleep: Cannot set rlimit_coffee: there is no such resource/,
  ],
]

for (const [what, request, message] of REFUSED) {
  test(`${what} fails the spawn, and nothing is left of it`, LINUX, async () => {
    const before = descriptorLinks(process.pid).size
    const error = await failure({ args: ['60'], stdout: 'pipe', ...request })
    assert.match(error.message, message)
    await new Promise(setImmediate)
    assert.deepEqual(children(process.pid), [])
    assert.ok(descriptorLinks(process.pid).size <= before)
  })
}

test(
  'a child has all ids and groups of its user and no privilege; we keep ours',
  NEEDS_ROOT,
  async (t) => {
    const before = parseStatus(readFileSync('/proc/thread-self/status', 'utf8'))
    for (const umask of [null, 0o22]) {
      const credentials = SOMEBODY
      const status = await outputOf(t, '/bin/cat /proc/self/status', { credentials, umask })
      const child = parseStatus(status)
      assert.equal(child.get('Uid'), '65534 65534 65534 65534')
      assert.equal(child.get('Gid'), '65533 65533 65533 65533')
      assert.equal(child.get('Groups'), '65531 65533 3000000000')
      for (const set of ['CapEff', 'CapPrm', 'CapAmb']) assert.match(child.get(set) ?? '', /^0+$/)
    }
    const after = parseStatus(readFileSync('/proc/thread-self/status', 'utf8'))
    for (const name of ['Uid', 'Gid', 'Groups', 'CapEff', 'CapPrm']) {
      assert.equal(after.get(name), before.get(name), name)
    }
  },
)

test('a group alone changes nothing but the group', NEEDS_ROOT, async (t) => {
  const credentials = { uid: null, gid: 65_533, groups: null }
  const child = parseStatus(await outputOf(t, '/bin/cat /proc/self/status', { credentials }))
  const own = parseStatus(readFileSync('/proc/thread-self/status', 'utf8'))
  assert.equal(child.get('Uid'), own.get('Uid'))
  assert.equal(child.get('Gid'), '65533 65533 65533 65533')
  assert.equal(child.get('Groups'), own.get('Groups'))
})

test('a process of another user can be limited and be nice', NEEDS_ROOT, async (t) => {
  const request = {
    credentials: SOMEBODY,
    nice: 3,
    limits: [{ resource: 'nofile', limit: 99 }],
  }
  const line = 'ulimit -n; /usr/bin/id -u; /usr/bin/nice'
  assert.equal(await outputOf(t, line, request), '99\n65534\n3\n')
})

test(
  'the working directory is entered before the user changes, as in Circus',
  NEEDS_ROOT,
  async (t) => {
    const cwd = temporaryDirectory(t)
    chmodSync(cwd, 0o700)
    for (const umask of [null, 0o22]) {
      const request = { credentials: SOMEBODY, cwd, umask, stderr: 'inherit' } as const
      assert.equal(await outputOf(t, 'readlink /proc/self/cwd', request), `${cwd}\n`)
    }
  },
)

for (const umask of [null, 0o22]) {
  const way = umask === null ? 'directly' : 'by way of the shell'

  test(
    `a program which the user may not execute fails the spawn (${way})`,
    NEEDS_ROOT,
    async (t) => {
      const program = join(temporaryDirectory(t), 'run')
      writeFileSync(program, '#!/bin/sh\n')
      chmodSync(program, 0o700)
      const before = parseStatus(readFileSync('/proc/thread-self/status', 'utf8'))
      const error = await failure({ program, credentials: SOMEBODY, umask })
      assert.equal(error.code, 'EACCES')
      assert.match(
        error.message,
        /^Cannot spawn .*\/run.* as user 65534 with group 65533: permission denied \(EACCES\)/,
      )
      const after = parseStatus(readFileSync('/proc/thread-self/status', 'utf8'))
      for (const name of ['Uid', 'Gid', 'Groups', 'CapEff']) {
        assert.equal(after.get(name), before.get(name), name)
      }
    },
  )

  test(`a missing program of another user is told (${way})`, NEEDS_ROOT, async () => {
    const error = await failure({ program: '/nowhere/run', credentials: SOMEBODY, umask })
    assert.equal(error.code, 'ENOENT')
  })
}

test(
  'who is not root may ask for itself, and is told when it asks for others',
  NEEDS_ROOT,
  async (t) => {
    const line = `exec ${process.execPath} ${fixture('spawn-as.js')} 65534 65533 0 0`
    const output = await outputOf(t, line, { credentials: SOMEBODY })
    assert.equal(
      output,
      '65534 65533: ok\n0 0: Cannot spawn /bin/true: cannot run as user 0 with group 0: operation not permitted (EPERM), only root can change that, and circusd runs as user 65534\n',
    )
  },
)
