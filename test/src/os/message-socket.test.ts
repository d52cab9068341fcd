import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { type Destination, MessageSocket } from '../../../supervisor/dist/os/message-socket.js'
import { datagramReceiver } from './datagram-receiver.ts'
import { temporaryDirectory } from './temporary-directory.ts'

function messageSocket(t: TestContext, destination: Destination): MessageSocket {
  const socket = new MessageSocket(destination)
  t.after(() => socket.close())
  return socket
}

test('a message to a unix datagram socket arrives as it was sent', async (t) => {
  const path = join(temporaryDirectory(t), 'log')
  const receiver = datagramReceiver(t, path)
  assert.equal(messageSocket(t, { family: 'unix', path }).send(Buffer.from('hello')), true)
  assert.equal(await receiver.receive(), 'hello')
})

test('a path that begins with @ is an abstract address', async (t) => {
  const path = `@bigtop-test-${process.pid}`
  const receiver = datagramReceiver(t, path)
  assert.equal(messageSocket(t, { family: 'unix', path }).send(Buffer.from('hello')), true)
  assert.equal(await receiver.receive(), 'hello')
})

test('a stream socket gets each message with a closing NUL', async (t) => {
  const path = join(temporaryDirectory(t), 'log')
  const server = createServer().listen(path)
  t.after(() => server.close())
  await once(server, 'listening')
  const connected = once(server, 'connection') as Promise<[Socket]>
  const socket = messageSocket(t, { family: 'unix', path })
  assert.equal(socket.send(Buffer.from('one')), true)
  assert.equal(socket.send(Buffer.from('two')), true)
  const [peer] = await connected
  let text = ''
  while (text.length < 8) text += String(((await once(peer, 'data')) as [Buffer])[0])
  assert.equal(text, 'one\0two\0')
  peer.destroy()
})

test('a message to a UDP port arrives', async (t) => {
  const receiver = createSocket('udp4').bind(0, '127.0.0.1')
  t.after(() => receiver.close())
  await once(receiver, 'listening')
  const { port } = receiver.address()
  const socket = messageSocket(t, { family: 'inet', host: '127.0.0.1', port })
  const arrived = once(receiver, 'message') as Promise<[Buffer]>
  assert.equal(socket.send(Buffer.from('hello')), true)
  assert.equal(String((await arrived)[0]), 'hello')
})

test('without a receiver open throws and send drops', (t) => {
  const socket = messageSocket(t, { family: 'unix', path: join(temporaryDirectory(t), 'nobody') })
  assert.throws(() => socket.open(), { name: 'SystemError', code: 'ENOENT' })
  assert.equal(socket.send(Buffer.from('hello')), false)
})

test('a receiver that was started anew gets the next message', async (t) => {
  const path = join(temporaryDirectory(t), 'log')
  const first = datagramReceiver(t, path)
  const socket = messageSocket(t, { family: 'unix', path })
  assert.equal(socket.send(Buffer.from('one')), true)
  first.close()
  rmSync(path)
  const second = datagramReceiver(t, path)
  assert.equal(socket.send(Buffer.from('two')), true)
  assert.equal(await second.receive(), 'two')
})

test('a full receiver costs messages, not time; the next one arrives when there is room', (t) => {
  const path = join(temporaryDirectory(t), 'log')
  const receiver = datagramReceiver(t, path)
  const socket = messageSocket(t, { family: 'unix', path })
  let taken = 0
  while (socket.send(Buffer.from('line'))) taken += 1
  assert.ok(taken > 0)
  for (let number = 0; number < taken; number += 1) assert.equal(receiver.poll(), 'line')
  assert.equal(receiver.poll(), undefined)
  assert.equal(socket.send(Buffer.from('after')), true)
  assert.equal(receiver.poll(), 'after')
})
