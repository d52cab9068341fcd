import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { descriptorLinks } from '../../../supervisor/dist/os/descriptor-links.js'
import { type Listener, openListener, type SocketSpec } from '../../../supervisor/dist/os/socket.js'
import { SystemError } from '../../../supervisor/dist/os/system-error.js'
import { openedListener, socketSpec } from './opened-listener.ts'
import { fixture, startProcess } from './started-process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

function openUnix(t: TestContext, spec: Partial<SocketSpec> & { path: string }): Listener {
  return openedListener(t, { family: 'unix', host: '', ...spec })
}

async function connected(
  t: TestContext,
  target: { port: number } | { path: string },
): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', ...target })
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

test('a client which connects before any process serves the socket is answered later', async (t) => {
  const listener = openedListener(t)
  const client = await connected(t, { port: listener.port })
  client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')

  const { process } = startProcess(t, {
    program: globalThis.process.execPath,
    args: [fixture('serve-on-descriptor.js'), '3'],
    sockets: [listener.fd],
  })

  assert.match(await text(client), new RegExp(`\r\n\r\n${process.pid}$`))
})

test('port 0 gives the real port', (t) => {
  assert.notEqual(openedListener(t).port, 0)
})

test('an inet6 socket listens on its IPv6 address', async (t) => {
  const { port, host } = openedListener(t, { family: 'inet6', host: '::1' })
  const client = connect({ host: '::1', port })
  await once(client, 'connect')
  client.destroy()
  assert.equal(host, '::1')
})

test('a host of another family than the socket is refused', () => {
  assert.throws(() => openListener(socketSpec({ host: '::1' })), {
    name: 'RangeError',
    message: 'Cannot use host as numeric inet address: current value is ::1',
  })
})

test('a port in use names its holder', (t) => {
  const { port } = openedListener(t)
  assert.throws(
    () => openListener(socketSpec({ port })),
    (error) => {
      assert.ok(error instanceof SystemError)
      assert.equal(error.code, 'EADDRINUSE')
      assert.equal(error.syscall, 'bind')
      assert.match(
        error.message,
        new RegExp(
          `^Cannot bind 127.0.0.1:${port}: address already in use \\(EADDRINUSE\\), held by process ${process.pid} \\(.*socket.test.js.*\\)$`,
        ),
      )
      return true
    },
  )
})

test('an address of another machine cannot be bound', () => {
  assert.throws(() => openListener(socketSpec({ host: '192.0.2.1' })), {
    name: 'SystemError',
    code: 'EADDRNOTAVAIL',
    message: 'Cannot bind 192.0.2.1:0: address not available (EADDRNOTAVAIL)',
  })
})

test('a failed bind leaves no descriptor open', (t) => {
  const { port } = openedListener(t)
  const sockets = (): readonly string[] =>
    [...descriptorLinks(process.pid).values()].filter((link) => link.startsWith('socket:'))
  const before = sockets()
  assert.throws(() => openListener(socketSpec({ port })), SystemError)
  assert.deepEqual(sockets(), before)
})

test('the descriptor is close-on-exec, and non-blocking unless the spec says blocking', (t) => {
  const O_CLOEXEC = 0o2000000
  const O_NONBLOCK = 0o4000
  const flags = ({ fd }: Listener): number => {
    const info = readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')
    return Number.parseInt(/^flags:\s+(\d+)/m.exec(info)?.[1] ?? '', 8)
  }
  const plain = flags(openedListener(t))
  const blocking = flags(openedListener(t, { blocking: true }))
  assert.equal(plain & (O_CLOEXEC | O_NONBLOCK), O_CLOEXEC | O_NONBLOCK)
  assert.equal(blocking & (O_CLOEXEC | O_NONBLOCK), O_CLOEXEC)
})

test('a port whose old connections are still in TIME_WAIT can be bound', async (t) => {
  const server = createServer((connection) => connection.end()) // Who closes first waits.
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const client = await connected(t, { port: address.port })
  client.resume()
  await once(client, 'close')
  server.close()
  await once(server, 'close')
  assert.equal(openedListener(t, { port: address.port }).port, address.port)
})

test('close frees the port and may be called again', async (t) => {
  const listener = openedListener(t)
  listener.close()
  listener.close()
  const again = openedListener(t, { port: listener.port })
  assert.equal(again.port, listener.port)
})

test('the backlog limits how many clients may wait', async (t) => {
  const path = join(temporaryDirectory(t), 'web.sock')
  openUnix(t, { path, backlog: 1 })
  await connected(t, { path })
  await connected(t, { path })
  await assert.rejects(connected(t, { path }), { code: 'EAGAIN' })
})

test('a unix socket answers at its path and its file goes with it', async (t) => {
  const path = join(temporaryDirectory(t), 'web.sock')
  const listener = openUnix(t, { path })
  await connected(t, { path })
  listener.close()
  assert.equal(existsSync(path), false)
})

test('a unix socket file which somebody replaced is not removed', (t) => {
  const path = join(temporaryDirectory(t), 'web.sock')
  const listener = openUnix(t, { path })
  unlinkSync(path)
  writeFileSync(path, 'not ours')
  listener.close()
  assert.equal(readFileSync(path, 'utf8'), 'not ours')
})

test('the umask of the spec decides the mode of a unix socket and is restored', (t) => {
  const before = process.umask()
  const path = join(temporaryDirectory(t), 'web.sock')
  openUnix(t, { path, umask: 0o117 })
  assert.equal(statSync(path).mode & 0o777, 0o660)
  assert.equal(process.umask(), before)
})

test('an existing file stops a unix socket which does not replace it', (t) => {
  const path = join(temporaryDirectory(t), 'web.sock')
  writeFileSync(path, '')
  assert.throws(() => openUnix(t, { path }), {
    code: 'EADDRINUSE',
    message: `Cannot bind ${path}: address already in use (EADDRINUSE), the file exists; "replace" deletes one nobody answers on`,
  })
  assert.ok(existsSync(path))
})

test('replace takes the place of a socket file which nobody answers on', async (t) => {
  const path = join(temporaryDirectory(t), 'web.sock')
  const crashed = openUnix(t, { path: `${path}.first` })
  renameSync(crashed.path, path) // Its owner does not find the file, as if it had not lived to remove it.
  crashed.close()
  assert.ok(existsSync(path))
  openUnix(t, { path, replace: true })
  await connected(t, { path })
})

test('replace spares a socket which somebody answers on', async (t) => {
  const path = join(temporaryDirectory(t), 'web.sock')
  const server = createServer().listen(path)
  t.after(() => server.close())
  await once(server, 'listening')
  assert.throws(() => openUnix(t, { path, replace: true }), {
    code: 'EADDRINUSE',
    message: `Cannot replace ${path}: address already in use (EADDRINUSE), another process holds it`,
  })
  await connected(t, { path })
})

test('replace spares a file which is no socket', (t) => {
  const path = join(temporaryDirectory(t), 'web.sock')
  writeFileSync(path, 'precious')
  assert.throws(() => openUnix(t, { path, replace: true }), { code: 'ENOTSOCK' })
  assert.equal(readFileSync(path, 'utf8'), 'precious')
})

test('a path longer than the system allows is refused', (t) => {
  const path = `/tmp/${'x'.repeat(103)}`
  assert.throws(() => openUnix(t, { path }), RangeError)
})
