import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MAX_WAITING_JOBS } from '../../../supervisor/dist/arbiter/controller.js'
import { MAX_REQUEST_BYTES } from '../../../supervisor/dist/protocol/request.js'
import { RawClient } from './raw-client.ts'
import { jobOf, startFakeDaemon, TIME } from './fake-daemon.ts'

const LIST = { command: 'list', id: 'l' }
const LISTED = {
  status: 'ok',
  time: TIME,
  watchers: ['by-hand', 'mixed case', 'sleeper', 'web'],
  id: 'l',
}

function ok(id: unknown, fields: object = {}): object {
  return { status: 'ok', time: TIME, ...fields, id }
}

function error(id: unknown, errno: number, reason: string): object {
  return { status: 'error', reason, tb: null, time: TIME, errno, id }
}

test('a query is answered from the state', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  assert.deepEqual(await client.ask(LIST), LISTED)
  assert.deepEqual(daemon.posted, [])
})

test('a query without an id gets null as id', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  assert.deepEqual(await client.ask({ command: 'NumWatchers' }), ok(null, { numwatchers: 4 }))
})

test('an inquiry is answered when everything was looked at, and others meanwhile', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  let find = (_fields: object): void => {}
  daemon.onQuestion = () => new Promise((resolve) => (find = resolve))
  client.sendJson({ command: 'dstats', id: 'd' })
  assert.deepEqual(await client.ask(LIST), LISTED)
  find({ info: 'found' })
  assert.deepEqual(await client.reply(), ok('d', { info: 'found' }))
})

test('an inquiry after something that does not exist is refused', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  assert.deepEqual(
    await client.ask({ command: 'stats', properties: { name: 'nope' }, id: 's' }),
    error('s', 3, 'program nope not found'),
  )
})

test('an inquiry that fails is answered with the reason', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  daemon.onQuestion = async () => Promise.reject(new RangeError('out of luck'))
  assert.deepEqual(
    await client.ask({ command: 'dstats', id: 'd' }),
    error('d', 5, "command 'dstats': out of luck"),
  )
  assert.deepEqual(await client.ask(LIST), LISTED)
})

test('an operation that nobody waits for is answered when it has been posted', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  assert.deepEqual(await client.ask({ command: 'stop', properties: { name: 'WEB' }, id: 1 }), ok(1))
  assert.deepEqual(daemon.posted, [
    { type: 'command', watcher: 'web', command: { kind: 'stop', job: '1' } },
  ])
})

test('jobs are numbered', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  for (const name of ['web', 'nope', 'sleeper']) {
    await client.ask({ command: 'stop', properties: { name } })
  }
  assert.deepEqual(daemon.posted.map(jobOf), ['1', '2'])
})

test('a waiting operation is answered when its job has ended, with the result', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  client.sendJson({ command: 'restart', properties: { name: 'web', waiting: true }, id: 'r' })
  // Answered first, because the restart has not ended.
  assert.deepEqual(await client.ask(LIST), LISTED)
  const result = { stopped: [12496], started: [12497], kept: [] }
  daemon.controller.jobEnded('1', { ok: true, result })
  daemon.controller.jobEnded('1', { ok: true, result })
  assert.deepEqual(await client.reply(), ok('r', { info: result }))
  // And it is answered once.
  assert.deepEqual(await client.ask(LIST), LISTED)
})

test('waiting at the top level of a request is ignored', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  const request = { command: 'stop', properties: { name: 'web' }, waiting: true, id: 'x' }
  assert.deepEqual(await client.ask(request), ok('x'))
})

test('a waiting operation whose job fails is answered with the real reason', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  const outcome = { ok: false, reason: 'process 7 exited with code 3' } as const
  daemon.onPost = (event) => {
    setImmediate(() => daemon.controller.jobEnded(jobOf(event), outcome))
  }
  assert.deepEqual(
    await client.ask({ command: 'reload', properties: { name: 'web', waiting: true }, id: 'r' }),
    error('r', 6, 'process 7 exited with code 3'),
  )
})

test('replies go to the client that asked, in the order in which the jobs end', async (t) => {
  const daemon = await startFakeDaemon(t)
  const [one, other] = [new RawClient(t, daemon.endpoint), new RawClient(t, daemon.endpoint)]
  one.sendJson({ command: 'stop', properties: { name: 'web', waiting: true }, id: 'a' })
  one.sendJson({ command: 'stop', properties: { name: 'sleeper', waiting: true }, id: 'b' })
  assert.deepEqual(await one.ask(LIST), LISTED)
  other.sendJson({ command: 'incr', properties: { name: 'web', waiting: true }, id: 'a' })
  assert.deepEqual(await other.ask(LIST), LISTED)
  daemon.controller.jobEnded('3', { ok: true, result: { numprocesses: 3 } })
  daemon.controller.jobEnded('2', { ok: true, result: {} })
  daemon.controller.jobEnded('1', { ok: true, result: {} })
  assert.deepEqual(await other.reply(), ok('a', { numprocesses: 3 }))
  assert.deepEqual(await one.reply(), ok('b', { info: null }))
  assert.deepEqual(await one.reply(), ok('a', { info: null }))
})

test('a job that nobody waits for may end', async (t) => {
  const daemon = await startFakeDaemon(t)
  daemon.controller.jobEnded('17', { ok: true, result: {} })
  daemon.controller.jobEnded('boot', { ok: false, reason: 'no' })
})

test('a cast is executed and not answered', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  client.sendJson({ command: 'stop', properties: { name: 'web', waiting: true }, msg_type: 'cast' })
  client.sendJson({ command: 'stop', properties: { name: 'nope' }, msg_type: 'cast' })
  client.sendJson({ command: 'bogus', msg_type: 'cast' })
  client.sendJson({ msg_type: 'cast' })
  assert.deepEqual(await client.ask(LIST), LISTED)
  assert.equal(daemon.posted.length, 1)
  daemon.controller.jobEnded('1', { ok: true, result: {} })
  assert.deepEqual(await client.ask(LIST), LISTED)
})

test('incr on a singleton is answered at once, whether somebody waits or not', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  for (const waiting of [true, false]) {
    const request = { command: 'incr', properties: { name: 'sleeper', waiting }, id: 's' }
    assert.deepEqual(await client.ask(request), ok('s', { numprocesses: 1, singleton: true }))
  }
  assert.deepEqual(daemon.posted, [])
})

const refused: readonly [request: object, reply: object][] = [
  [{ command: 'bogus', id: '1' }, error('1', 2, "unknown command: 'bogus'")],
  [{ command: "it's", id: '1' }, error('1', 2, 'unknown command: "it\'s"')],
  [{ command: 'constructor', id: '1' }, error('1', 2, "unknown command: 'constructor'")],
  [{ command: 'options', id: '1' }, error('1', 3, "message invalid 'name' is missing")],
  [
    { command: 'stop', properties: { name: 'nope', waiting: true }, id: '1' },
    error('1', 3, 'program nope not found'),
  ],
  [{ id: '1' }, error('1', 3, "message invalid 'command' is missing")],
]

test('what cannot be served is refused with errno and reason', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  for (const [request, reply] of refused) assert.deepEqual(await client.ask(request), reply)
  assert.deepEqual(daemon.posted, [])
})

test('while the daemon stops, only quit is taken', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  daemon.view = { ...daemon.view, arbiter: { ...daemon.view.arbiter, is: 'stopping' } }
  assert.deepEqual(
    await client.ask({ command: 'start', id: '1' }),
    error('1', 5, 'arbiter is already running arbiter_stop command'),
  )
  assert.deepEqual(await client.ask({ command: 'quit', id: '2' }), ok('2'))
  assert.deepEqual(daemon.posted, [{ type: 'quit', job: '1' }])
})

test('a mistake of ours is one sentence for the client, and all of it for the log', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  daemon.onView = () => {
    throw new Error('out of order')
  }
  assert.deepEqual(await client.ask(LIST), error('l', 5, "command 'list': out of order"))
  assert.match(daemon.logged.join(), /error: command 'list' failed: Error: out of order\n +at /)
  daemon.onView = () => {}
  assert.deepEqual(await client.ask(LIST), LISTED)
})

test('only so many clients may wait at the same time', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  const request = { command: 'stop', properties: { name: 'web', waiting: true }, id: 'w' }
  for (let count = 0; count < MAX_WAITING_JOBS; count += 1) client.sendJson(request)
  assert.deepEqual(
    await client.ask(request),
    error('w', 5, `${MAX_WAITING_JOBS} clients are waiting already`),
  )
  assert.equal(daemon.posted.length, MAX_WAITING_JOBS)
  daemon.controller.jobEnded('1', { ok: true, result: {} })
  assert.deepEqual(await client.reply(), ok('w', { info: null }))
})

test('whoever still waits when the controller closes is told', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  client.sendJson({ command: 'stop', properties: { name: 'web', waiting: true }, id: 'w' })
  assert.deepEqual(await client.ask(LIST), LISTED)
  await daemon.controller.close()
  assert.deepEqual(await client.reply(), error('w', 6, 'the daemon leaves'))
})

test('the reply to quit arrives although the router closes right after it', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  daemon.onPost = (event) => {
    daemon.controller.jobEnded(jobOf(event), { ok: true, result: {} })
    void daemon.controller.close()
  }
  const request = { command: 'quit', properties: { waiting: true }, id: 'q' }
  assert.deepEqual(await client.ask(request), ok('q'))
})

test('messages that Circus drops are dropped with a warning, and the next request is answered', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  client.send('', JSON.stringify(LIST))
  client.send(JSON.stringify(LIST), JSON.stringify(LIST))
  assert.deepEqual(await client.ask(LIST), LISTED)
  assert.deepEqual(daemon.logged, [
    'warning: message of 2 frames dropped, must be 1: it looks like a REQ socket, use a DEALER',
    'warning: message of 2 frames dropped, must be 1',
  ])
})

test('messages that stall Circus are answered, and do not disturb another client', async (t) => {
  const daemon = await startFakeDaemon(t)
  const [bad, good] = [new RawClient(t, daemon.endpoint), new RawClient(t, daemon.endpoint)]
  for (const body of [' ', '[]', '5', 'null', '{}', '{"command":[]}']) {
    bad.send(body)
    const { status, id } = Object(await bad.reply())
    assert.deepEqual({ status, id }, { status: 'error', id: null }, body)
    assert.deepEqual(await good.ask(LIST), LISTED)
  }
})

test('a request that is too large is refused', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  client.send('x'.repeat(MAX_REQUEST_BYTES + 1))
  assert.deepEqual(
    await client.reply(),
    error(null, 3, 'message invalid: 1048577 bytes are more than 1048576'),
  )
})

test('a reply can be as large as it must', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  const args = 'x'.repeat(8 * MAX_REQUEST_BYTES)
  daemon.view = { ...daemon.view, optionsOf: () => ({ args }) }
  const request = { command: 'options', properties: { name: 'web' }, id: 'o' }
  assert.deepEqual(await client.ask(request), ok('o', { options: { args } }))
})

const ADD = { command: 'add', properties: { name: 'job', cmd: 'sleep 1' }, id: 'a' }

test('new options are defined before the event is posted', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  const defined: number[] = []
  daemon.onPost = () => defined.push(daemon.defined.length)
  assert.deepEqual(await client.ask(ADD), ok('a'))
  assert.deepEqual(defined, [1])
  assert.deepEqual(daemon.accepted, ['add by ipc'])
})

for (const waiting of [true, false]) {
  const who = waiting ? 'waits' : 'does not wait'
  test(`what the state machines refuse at once is told to a client who ${who}, and undone`, async (t) => {
    const daemon = await startFakeDaemon(t)
    const client = new RawClient(t, daemon.endpoint)
    const reason = 'the daemon is restarting everything'
    daemon.onPost = () => daemon.controller.jobEnded('1', { ok: false, reason })
    const properties = { ...ADD.properties, start: true, waiting }
    assert.deepEqual(await client.ask({ ...ADD, properties }), error('a', 5, reason))
    assert.deepEqual(daemon.defined, [])
  })
}

test('who does not wait is answered once, also if the job ends at once or later', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  daemon.onPost = () => daemon.controller.jobEnded('1', { ok: true, result: {} })
  assert.deepEqual(await client.ask(ADD), ok('a'))
  daemon.onPost = () => {}
  const stop = { command: 'stop', properties: { name: 'web' }, id: 's' }
  assert.deepEqual(await client.ask(stop), ok('s'))
  daemon.controller.jobEnded('2', { ok: false, reason: 'too late for the client' })
  assert.deepEqual(await client.ask(LIST), LISTED)
})

test('notes are in the reply', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  const properties = { ...ADD.properties, options: { shell_args: 'x' } }
  const notes = ['shell_args: has no effect without a shell; add shell = true']
  assert.deepEqual(await client.ask({ ...ADD, properties }), ok('a', { notes }))
})

test('the reply names the job for who has asked for that', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  const properties = { name: 'web', job: true }
  assert.deepEqual(await client.ask({ command: 'stop', properties, id: 1 }), ok(1, { job: '1' }))
})

test('several clients may wait for one job, and one who comes late is answered, too', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  daemon.view = { ...daemon.view, jobs: daemon.jobs }
  await client.ask({ command: 'stop', properties: { name: 'web' } })
  const wait = { command: 'wait', properties: { job: '1' } }
  client.sendJson({ ...wait, id: 'a' })
  client.sendJson({ ...wait, id: 'b' })
  assert.deepEqual(await client.ask(LIST), LISTED)
  daemon.controller.jobEnded('1', { ok: true, result: {} })
  const reply = { job: '1', command: 'stop', info: {} }
  assert.deepEqual(await client.reply(), ok('a', reply))
  assert.deepEqual(await client.reply(), ok('b', reply))
  assert.deepEqual(await client.ask({ ...wait, id: 'c' }), ok('c', reply))
})

test('reloadconfig is answered when it has begun, and to who waits with its notes when it has ended', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  const begun: string[] = []
  daemon.onReloadConfiguration = (job) => begun.push(job)
  assert.deepEqual(await client.ask({ command: 'reloadconfig', id: 1 }), ok(1))
  client.sendJson({ command: 'reloadconfig', properties: { waiting: true }, id: 2 })
  assert.deepEqual(await client.ask(LIST), LISTED)
  daemon.controller.jobEnded('2', { ok: true, result: {} }, ['look here'])
  assert.deepEqual(await client.reply(), ok(2, { notes: ['look here'] }))
  assert.deepEqual(begun, ['1', '2'])
  assert.deepEqual(daemon.posted, [])
})
