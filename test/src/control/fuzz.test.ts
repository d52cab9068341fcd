import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import * as fc from 'fast-check'
import { commandTable } from '../../../supervisor/dist/protocol/command-table.js'
import { newProver } from '../../../supervisor/dist/net/request-proof.js'
import { type FakeDaemon, startFakeDaemon, TIME } from './fake-daemon.ts'
import { openTestLock } from './locked-door.ts'
import { RawClient } from './raw-client.ts'

const LIST = JSON.stringify({ command: 'list', id: 'valid' })
const LISTED = {
  status: 'ok',
  time: TIME,
  watchers: ['by-hand', 'mixed case', 'sleeper', 'web'],
  id: 'valid',
}

/** What properties of all commands are called, and names that have made trouble elsewhere. */
const NAMES =
  'name match waiting nb graceful sequential option options secrets keys cmd args start nostop signum pid childpid ' +
  'children recursive process extended job __proto__ constructor toString'
const keys = fc.constantFrom(...NAMES.split(' '))

/** Values that commands know, their neighbours, and any JSON at all. */
const value = fc.oneof(
  fc.constantFrom('web', 'WEB', '*', '[', '(a+)+$', 'regex', 'simple', '', '\u0000', '\uD800'),
  fc.constantFrom(0, -1, 2 ** 53, 1e308, true, false, null),
  fc.jsonValue({ maxDepth: 4 }),
)

const request = fc
  .record({
    command: fc.oneof(fc.constantFrom(...commandTable.map(({ name }) => name)), value),
    properties: fc.oneof(fc.dictionary(keys, value), fc.jsonValue()),
    msg_type: fc.constantFrom('cast', 'call'),
    id: fc.jsonValue(),
  })
  .map((message) => JSON.stringify({ ...message, id: ['fuzz', message.id] }))

const deep = fc.nat(5_000).map((depth) => '['.repeat(depth) + ']'.repeat(depth))
const frame = fc.oneof(request, request, fc.json(), fc.uint8Array({ maxLength: 100 }), deep)
const message = fc.array(frame, { minLength: 1, maxLength: 3 })

/** Sends each message, then something valid, which must be answered as ever. */
async function withstands(
  { logged }: FakeDaemon,
  client: RawClient,
  valid: readonly (string | Uint8Array)[],
  messages: fc.Arbitrary<readonly (string | Uint8Array)[]>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(messages, async (frames) => {
      client.send(...frames)
      client.send(...valid)
      let reply: unknown
      do reply = await client.reply()
      while (Object(reply).id !== 'valid')
      assert.deepEqual(reply, LISTED)
    }),
    { numRuns: 1_000 },
  )
  // What is no complaint about the client would be a mistake of ours.
  const known = /^warning: (message of |audit: |\d+ more of this kind: )|^info: audit: /
  assert.deepEqual(
    logged.filter((line) => !known.test(line)),
    [],
  )
}

test('no message keeps the next request from being answered', async (t) => {
  const daemon = await startFakeDaemon(t)
  await withstands(daemon, new RawClient(t, daemon.endpoint), [LIST], message)
})

test('nor does one whose sender has proved to be an admin, at a locked endpoint', async (t) => {
  const { files, lock } = await openTestLock(t)
  const daemon = await startFakeDaemon(t, 'tcp://127.0.0.1:*', lock)
  const keys = files.client('admin')
  const prove = newProver(keys)
  const proved = fc.oneof(
    frame.map((one) => [one, prove(one)]),
    fc.tuple(frame, fc.uint8Array({ minLength: 64, maxLength: 64 })),
    message,
  )
  const client = new RawClient(t, daemon.endpoint, keys)
  await withstands(daemon, client, [LIST, prove(LIST)], proved)
})

/** Ends the job of each command that was begun at once, so that those who wait are answered too. */
function endJobsOf(t: TestContext, daemon: FakeDaemon): void {
  let ended = 0
  daemon.onPost = () => {
    ended += 1
    const job = String(ended)
    setImmediate(() =>
      daemon.controller.jobEnded(job, { ok: ended % 2 === 0, result: {}, reason: '' }),
    )
  }
  t.after(() => {
    daemon.onPost = () => {}
  })
}

test('nor does one that begins jobs which end well or badly', async (t) => {
  const daemon = await startFakeDaemon(t)
  endJobsOf(t, daemon)
  const valid = fc.record({
    command: fc.constantFrom(...commandTable.map(({ name }) => name)),
    properties: fc.record({
      name: fc.constantFrom('web', 'sleeper', '*'),
      waiting: fc.boolean(),
      match: fc.constantFrom('glob', 'simple', 'regex'),
    }),
  })
  const messages = valid.map((one) => [JSON.stringify(one)])
  await withstands(daemon, new RawClient(t, daemon.endpoint), [LIST], messages)
})

test('a frame of five megabytes costs its sender the connection, and nobody else anything', async (t) => {
  const daemon = await startFakeDaemon(t)
  const [bad, good] = [new RawClient(t, daemon.endpoint), new RawClient(t, daemon.endpoint)]
  for (let count = 0; count < 5; count += 1) {
    bad.send('x'.repeat(5 * 1_048_576))
    assert.deepEqual(await good.ask(JSON.parse(LIST)), LISTED)
  }
})
