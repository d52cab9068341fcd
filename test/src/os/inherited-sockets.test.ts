import assert from 'node:assert/strict'
import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  adoptListener,
  closeInherited,
  inheritedSockets,
} from '../../../supervisor/dist/os/inherited-sockets.js'
import { encodeInternetAddress } from '../../../supervisor/dist/os/socket-address.js'
import { bind, socket } from '../../../supervisor/dist/os/socket-calls.js'
import { openListener, type Listener, type SocketSpec } from '../../../supervisor/dist/os/socket.js'
import { socketSpec } from './opened-listener.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const AF_INET = 2
const SOCK_STREAM = 1
const SOCK_DGRAM = 2

function adopt(fd: number, spec: Partial<SocketSpec> = {}): Listener {
  return adoptListener({ fd, name: 'web' }, socketSpec(spec))
}

/** A descriptor which the test closes if the code under test does not. */
function bound(t: TestContext, type: number): number {
  const fd = socket(AF_INET, type, false)
  assert.equal(bind(fd, encodeInternetAddress('inet', '127.0.0.1', 0)), 0)
  t.after(() => closeSync(fd))
  return fd
}

test('descriptors from 3 on have the names of LISTEN_FDNAMES', () => {
  const passed = { LISTEN_PID: '42', LISTEN_FDS: '3', LISTEN_FDNAMES: 'web:admin' }
  assert.deepEqual(inheritedSockets(passed, 42), [
    { fd: 3, name: 'web' },
    { fd: 4, name: 'admin' },
    { fd: 5, name: 'unknown' },
  ])
})

test('what was passed to another process, or in no good form, is not ours', () => {
  assert.deepEqual(inheritedSockets({ LISTEN_PID: '41', LISTEN_FDS: '1' }, 42), [])
  assert.deepEqual(inheritedSockets({ LISTEN_FDS: '1' }, 42), [])
  assert.deepEqual(inheritedSockets({ LISTEN_PID: '42', LISTEN_FDS: '-1' }, 42), [])
  assert.deepEqual(inheritedSockets({ LISTEN_PID: '42' }, 42), [])
})

for (const [family, host] of [
  ['inet', '127.0.0.1'],
  ['inet6', '::1'],
] as const) {
  test(`a listening ${family} socket is taken with its real address`, () => {
    const listener = openListener(socketSpec({ family, host }))
    const adopted = adopt(listener.fd, { family, host: 'example.org', port: 8_080 })
    assert.equal(adopted.host, host)
    assert.equal(adopted.port, listener.port)
    assert.equal(adopted.inode, listener.inode)
    adopted.close()
    adopted.close()
  })
}

test('a listening unix socket is taken; its file is not ours to remove', (t) => {
  const path = join(temporaryDirectory(t), 'web.sock')
  const listener = openListener(socketSpec({ family: 'unix', path }))
  const adopted = adopt(listener.fd, { family: 'unix', path: 'elsewhere' })
  assert.equal(adopted.path, path)
  adopted.close()
  assert.ok(existsSync(path))
})

test('each thing that is no listening stream socket of the family is refused with one sentence', (t) => {
  const file = openSync(join(temporaryDirectory(t), 'file'), 'w')
  t.after(() => closeSync(file))
  const listener = openListener(socketSpec())
  t.after(() => listener.close())
  const cases: readonly [number, Partial<SocketSpec>, RegExp][] = [
    [file, {}, /it is no socket$/],
    [9_999, {}, /it is no socket$/],
    [bound(t, SOCK_DGRAM), {}, /it is no stream socket$/],
    [bound(t, SOCK_STREAM), {}, /it is a socket which does not listen$/],
    [listener.fd, { family: 'inet6' }, /it is a socket of the family inet, not inet6$/],
  ]
  for (const [fd, spec, message] of cases) {
    assert.throws(() => adopt(fd, spec), { name: 'InheritedSocketError', message })
  }
})

test('of what nobody wants only sockets are closed: other numbers may be of Node itself', (t) => {
  const file = openSync(join(temporaryDirectory(t), 'file'), 'w')
  const listener = openListener(socketSpec())
  for (const fd of [file, listener.fd, 9_999]) closeInherited({ fd, name: 'stray' })
  closeSync(file)
  assert.throws(() => closeSync(listener.fd), { code: 'EBADF' })
})
