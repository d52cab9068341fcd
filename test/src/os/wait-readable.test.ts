import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { type Listener, openListener } from '../../../supervisor/dist/os/socket.js'
import { ReadableWatch } from '../../../supervisor/dist/os/wait-readable.js'
import { openedListener, socketSpec } from './opened-listener.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { startProcess } from './started-process.ts'

/** No process of a test has as many. */
const NOT_OPEN = 1_000_000

function readableWatch(t: TestContext): ReadableWatch {
  const watch = new ReadableWatch()
  t.after(() => watch.close())
  return watch
}

/** Resolves when the descriptor is told. */
function told(watch: ReadableWatch, fd: number): Promise<void> {
  return new Promise((resolve) => watch.watch(fd, resolve))
}

/** A client whose connection is in the queue of the listener. */
async function connected(t: TestContext, { port }: Listener): Promise<Socket> {
  const client = connect(port, '127.0.0.1')
  t.after(() => client.destroy())
  await once(client, 'connect')
  return client
}

/** Threads of this process which are in poll(2) now: the number of the call is the first word of `syscall`. */
function threadsInPoll(): number {
  const numbers = process.arch === 'x64' ? ['7'] : ['73']
  return readdirSync('/proc/self/task').filter((thread) => {
    const [number = ''] = readFileSync(`/proc/self/task/${thread}/syscall`, 'utf8').split(' ')
    return numbers.includes(number)
  }).length
}

/** Lets other events of this thread happen until the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

test('a connection is told once, and the socket is then forgotten', async (t) => {
  const watch = readableWatch(t)
  const listener = openedListener(t)
  let times = 0
  const first = new Promise<void>((resolve) =>
    watch.watch(listener.fd, () => {
      times += 1
      resolve()
    }),
  )
  await connected(t, listener)
  await first
  await connected(t, listener)
  // Another watch of the same poller is told later than a repeated one would be.
  await told(watch, listener.fd)
  assert.equal(times, 1)
})

test('a connection which was queued before the watch is told, but not within the call', async (t) => {
  const watch = readableWatch(t)
  const listener = openedListener(t)
  await connected(t, listener)
  let isTold = false
  const telling = new Promise<void>((resolve) =>
    watch.watch(listener.fd, () => {
      isTold = true
      resolve()
    }),
  )
  assert.equal(isTold, false)
  await telling
})

test('only the socket which has a connection is told; the others stay watched', async (t) => {
  const watch = readableWatch(t)
  const [a, b, c] = [openedListener(t), openedListener(t), openedListener(t)]
  const order: string[] = []
  const tellings = Object.entries({ a, b, c }).map(([name, { fd }]) =>
    told(watch, fd).then(() => order.push(name)),
  )
  await connected(t, b)
  await tellings[1]
  assert.deepEqual(order, ['b'])
  await connected(t, c)
  await tellings[2]
  await connected(t, a)
  await tellings[0]
  assert.deepEqual(order, ['b', 'c', 'a'])
})

test('a unix socket is told', async (t) => {
  const watch = readableWatch(t)
  const path = join(temporaryDirectory(t), 'web.sock')
  const listener = openedListener(t, { family: 'unix', path })
  const telling = told(watch, listener.fd)
  const client = connect(path)
  t.after(() => client.destroy())
  await telling
})

test('the connection which woke us is served by a child which inherits the socket', async (t) => {
  const watch = readableWatch(t)
  const listener = openedListener(t)
  const telling = told(watch, listener.fd)
  const client = await connected(t, listener)
  await telling
  startProcess(t, {
    program: process.execPath,
    args: ['-e', 'require("net").createServer((s) => s.end("hello")).listen({ fd: 3 })'],
    sockets: [listener.fd],
  })
  client.setEncoding('utf8')
  const [text] = (await once(client, 'data')) as [string]
  assert.equal(text, 'hello')
})

test('what is unwatched is not told, also when the connection is already there', async (t) => {
  const watch = readableWatch(t)
  const [quiet, loud] = [openedListener(t), openedListener(t)]
  await connected(t, quiet)
  watch.watch(quiet.fd, () => assert.fail('told after unwatch'))
  await watch.unwatch(quiet.fd)
  await connected(t, loud)
  await told(watch, loud.fd)
})

test('a watch takes the place of an earlier one of the same descriptor', async (t) => {
  const watch = readableWatch(t)
  const listener = openedListener(t)
  watch.watch(listener.fd, () => assert.fail('the first watch is told'))
  const second = told(watch, listener.fd)
  await connected(t, listener)
  await second
})

test('50 cycles: watch, connection, watch and unwatch; descriptors do not grow', async (t) => {
  const watch = readableWatch(t)
  const listener = openedListener(t)
  const other = openedListener(t)
  await told(watch, (await connected(t, listener), listener.fd))
  const before = readdirSync('/proc/self/fd').length
  for (let cycle = 0; cycle < 50; cycle += 1) {
    watch.watch(other.fd, () => assert.fail('told without a connection'))
    await told(watch, listener.fd)
    await watch.unwatch(other.fd)
  }
  assert.equal(readdirSync('/proc/self/fd').length, before)
})

test('after unwatch the address can be bound again at once', async (t) => {
  const watch = readableWatch(t)
  for (let cycle = 0; cycle < 50; cycle += 1) {
    const first = openListener(socketSpec())
    watch.watch(first.fd, () => assert.fail('told without a connection'))
    await watch.unwatch(first.fd)
    first.close()
    openListener(socketSpec({ port: first.port })).close()
  }
})

test('a descriptor which is not open is told once, and the poller neither spins nor stops', async (t) => {
  const watch = readableWatch(t)
  const listener = openedListener(t)
  await told(watch, NOT_OPEN)
  const telling = told(watch, listener.fd)
  await connected(t, listener)
  await telling
})

test('one thread waits however many are watched, and none while nothing is', async (t) => {
  const watch = readableWatch(t)
  const before = threadsInPoll()
  const listeners = Array.from({ length: 20 }, () => openedListener(t))
  for (const { fd } of listeners) watch.watch(fd, () => assert.fail('told without a connection'))
  await until(() => threadsInPoll() === before + 1)
  await Promise.all(listeners.map(({ fd }) => watch.unwatch(fd)))
  assert.equal(threadsInPoll(), before)
})

test('this thread goes on while the poller waits', async (t) => {
  const watch = readableWatch(t)
  const before = threadsInPoll()
  watch.watch(openedListener(t).fd, () => assert.fail('told without a connection'))
  await until(() => threadsInPoll() === before + 1)
  let turns = 0
  await until(() => (turns += 1) === 1000)
  assert.equal(threadsInPoll(), before + 1)
})

test('close tells nobody, gives the pipe back and can be repeated', async (t) => {
  const listener = openedListener(t)
  const before = readdirSync('/proc/self/fd').length
  const watch = new ReadableWatch()
  watch.watch(listener.fd, () => assert.fail('told after close'))
  await Promise.all([watch.close(), watch.close()])
  await watch.close()
  assert.equal(readdirSync('/proc/self/fd').length, before)
  assert.throws(() => watch.watch(listener.fd, () => {}), /the poller is closed/)
})

for (const [how, ending] of [
  ['process.exit while it waits', 'setTimeout(() => process.exit(7), 20)'],
  ['close', 'watch.close().then(() => { process.exitCode = 7 })'],
]) {
  test(`${how} ends the process`, async () => {
    const directory = new URL('../../../supervisor/dist/os/', import.meta.url).href
    const program = `
      const { ReadableWatch } = await import('${directory}wait-readable.js')
      const { openListener } = await import('${directory}socket.js')
      const { fd } = openListener(${JSON.stringify(socketSpec())})
      const watch = new ReadableWatch()
      watch.watch(fd, () => {})
      ${ending}`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const [code] = (await once(child, 'exit')) as [number]
    assert.equal(code, 7)
  })
}

test('a socket closed while it is watched stops nothing for the others', async (t) => {
  const watch = readableWatch(t)
  const [listener, closed] = [openedListener(t), openListener(socketSpec())]
  watch.watch(closed.fd, () => {})
  closeSync(closed.fd)
  const telling = told(watch, listener.fd)
  await connected(t, listener)
  await telling
})
