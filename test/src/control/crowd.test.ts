import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { Context, Dealer } from 'zeromq'
import { createPublisher } from '../../../supervisor/dist/arbiter/publisher.js'
import { events } from '../../../supervisor/dist/client/index.js'
import { bindPublisher, MAX_QUEUED_EVENTS } from '../../../supervisor/dist/net/zmq.js'
import { within } from '../integration/daemon-under-test.ts'
import { temporaryDirectory } from '../os/temporary-directory.ts'
import { startFakeDaemon, TIME } from './fake-daemon.ts'

const CLIENTS = 1_000

test('a thousand clients at the same time are all answered', async (t) => {
  const { endpoint } = await startFakeDaemon(t)
  const context = new Context({ blocky: false, maxSockets: 2 * CLIENTS })
  const clients = Array.from({ length: CLIENTS }, () => new Dealer({ context, linger: 0 }))
  t.after(() => clients.forEach((client) => client.close()))
  const answers = clients.map(async (client, id) => {
    client.connect(endpoint)
    await client.send(JSON.stringify({ command: 'numwatchers', id }))
    const [reply] = await client.receive()
    return JSON.parse(String(reply))
  })
  const expected = clients.map((_, id) => ({ status: 'ok', time: TIME, numwatchers: 4, id }))
  assert.deepEqual(await within(Promise.all(answers), 'a thousand answers'), expected)
})

test('a slow subscriber loses events and is told how many, a fast one loses none', async (t) => {
  const directory = temporaryDirectory(t)
  const socket = await bindPublisher(`ipc://${join(directory, 'events')}`, 'events')
  t.after(() => socket.close())
  const publisher = createPublisher(socket, () => TIME)
  const publish = (pid: number): void => publisher.publish({ name: 'spawn', watcher: 'web', pid })
  const { endpoint } = socket
  const [slow, fast] = [events({ endpoint }), events({ endpoint })].map((iterable) =>
    iterable[Symbol.asyncIterator](),
  )
  assert.ok(slow !== undefined && fast !== undefined)
  const next = async (reader: typeof slow) => {
    const { value, done } = await reader.next()
    assert.ok(done !== true)
    return { pid: Number(value.payload['process_pid']), lost: value.lost }
  }
  // Nobody is told when a subscription has arrived, so the first event is repeated until both have heard one.
  const timer = setInterval(() => publish(0), 5)
  await Promise.all([next(slow), next(fast)])
  clearInterval(timer)

  // More than both queues and the buffers of the kernel hold.
  const flood = 4 * MAX_QUEUED_EVENTS
  for (let pid = 1; pid <= flood;) {
    for (const end = Math.min(pid + 1_000, flood + 1); pid < end; pid += 1) publish(pid)
    let event = await next(fast)
    while (event.pid < pid - 1) {
      assert.equal(event.lost, 0)
      event = await next(fast)
    }
  }

  // It catches up; then one more event shows what was lost before it.
  let received = 0
  let lost = 0
  const catchUp = setInterval(() => publish(-1), 5)
  t.after(() => clearInterval(catchUp))
  for (;;) {
    const event = await next(slow)
    lost += event.lost
    if (event.pid === -1) break
    if (event.pid > 0) received += 1
  }
  assert.ok(received < flood, 'nothing was lost')
  assert.ok(received + lost >= flood, `${received} received, ${lost} lost, of ${flood}`)
  await slow.return?.()
  await fast.return?.()
})
