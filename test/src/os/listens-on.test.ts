import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { listensOn, watchedInodes } from '../../../supervisor/dist/os/listens-on.js'
import { openedListener } from './opened-listener.ts'
import { fixture, startProcess } from './started-process.ts'

const LINUX = { skip: process.platform !== 'linux' }
const node = process.execPath

test('the inodes of an epoll descriptor are read from its fdinfo', () => {
  const fdinfo = `pos:	0
flags:	02000002
mnt_id:	16
ino:	1063
tfd:        3 events:       19 data: ffff  pos:0 ino:1f2b sdev:8
tfd:       12 events:     2019 data:    c  pos:0 ino:42 sdev:f
`
  assert.deepEqual([...watchedInodes(fdinfo)], [0x1f2b, 0x42])
})

/** Starts a Node program which serves once it is told to, on a descriptor. */
function startOnCue(t: TestContext, line: string, sockets: readonly number[]) {
  return startProcess(t, {
    program: '/bin/sh',
    args: ['-c', line, 'sh', node, fixture('serve-on-cue.js')],
    sockets,
    notify: true,
    stdout: 'pipe',
  }).process
}

for (const [what, line] of [
  ['a server shows once it accepts on the inherited socket, and not before', 'exec "$@" 3'],
  [
    'a server shows also when it works on a duplicate of the descriptor',
    'exec 9<&3 3<&-; exec "$@" 9',
  ],
] as const) {
  test(what, LINUX, async (t) => {
    const [web, other] = [openedListener(t), openedListener(t)]
    const { pid, stdout } = startOnCue(t, line, [web.fd])
    assert.ok(stdout)
    assert.equal(String((await once(stdout, 'data'))[0]), 'loaded\n')
    assert.equal(listensOn(pid, [web.inode]), false)

    process.kill(pid, 'SIGUSR2')
    assert.equal(String((await once(stdout, 'data'))[0]), 'listening\n')

    // Node says "listening" before its event loop has told epoll.
    while (!listensOn(pid, [other.inode, web.inode])) await new Promise(setImmediate)
    assert.equal(listensOn(pid, [web.inode]), true)
    assert.equal(listensOn(pid, [other.inode]), false)
  })
}

test('a process which is gone listens on nothing', () => {
  assert.equal(listensOn(2 ** 30, [1]), false)
})
