/** The load client must see every failure and invent none: else the zero of the reload soak means nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Connection } from '../../../bench/dist/load/connection.js'
import { noFailures, type FailureKind } from '../../../bench/dist/load/failure.js'
import { startLoad, type LoadOptions } from '../../../bench/dist/load/load.js'
import type { LoadReport } from '../../../bench/dist/load/tally.js'
import { FaultyServer, type Fault } from './faulty-server.ts'

const REQUESTS = 400

/** Long enough for any machine: only requests which are never answered may time out. */
const PATIENT_MS = 60_000
const IMPATIENT_MS = 3_000

const seenAs: Record<Exclude<Fault, 'last answer'>, FailureKind> = {
  'reset before': 'resetBeforeFirstByte',
  'close before': 'resetBeforeFirstByte',
  'reset inside head': 'resetMidResponse',
  'reset inside body': 'resetMidResponse',
  'close inside body': 'resetMidResponse',
  'wrong body': 'wrongAnswer',
  'wrong status': 'wrongAnswer',
  'no http': 'wrongAnswer',
  'more than was asked': 'wrongAnswer',
  'no answer': 'timedOut',
}

const eightClients = {
  request: 'echo',
  keepAliveClients: 5,
  newConnectionClients: 3,
  maxThinkMs: 0,
  timeoutMs: PATIENT_MS,
} as const

/** Loads the server until it has got `REQUESTS` requests. */
async function load(server: FaultyServer, options: Partial<LoadOptions> = {}): Promise<LoadReport> {
  const underWay = startLoad({ ...eightClients, port: server.port, ...options })
  await new Promise<void>((resolve) => {
    server.on('request', (count) => count === REQUESTS && resolve())
  })
  return underWay.stop()
}

test('without a fault every request is answered, and each reaches the server once', async () => {
  await using server = await FaultyServer.listen(() => null)
  const report = await load(server)
  assert.deepEqual(report.failures, noFailures)
  assert.equal(report.answered, report.sent)
  assert.equal(report.sent, server.requests)
})

for (const [fault, kind] of Object.entries(seenAs) as [keyof typeof seenAs, FailureKind][]) {
  test(`exactly 7 requests with "${fault}" are exactly 7 failures of kind ${kind}`, async () => {
    const faulty = new Set([3, 4, 50, 51, 52, 200, 399])
    await using server = await FaultyServer.listen((count) => (faulty.has(count) ? fault : null))
    const timeoutMs = kind === 'timedOut' ? IMPATIENT_MS : PATIENT_MS
    const report = await load(server, { timeoutMs })
    assert.deepEqual(report.failures, { ...noFailures, [kind]: 7 })
    assert.equal(report.answered, report.sent - 7)
    assert.equal(report.sent, server.requests)
  })
}

test('faults of different kinds are told apart', async () => {
  const faults = new Map<number, Fault>([
    [10, 'reset before'],
    [20, 'wrong body'],
    [30, 'close inside body'],
    [40, 'wrong status'],
    [50, 'close before'],
    [60, 'reset inside head'],
  ])
  await using server = await FaultyServer.listen((count) => faults.get(count) ?? null)
  const { failures } = await load(server)
  const expected = { resetBeforeFirstByte: 2, resetMidResponse: 2, wrongAnswer: 2 }
  assert.deepEqual(failures, { ...noFailures, ...expected })
})

test('where nobody listens every request is refused', async () => {
  const server = await FaultyServer.listen(() => null)
  const { port } = server
  await server[Symbol.asyncDispose]()
  const { sent, failures } = await startLoad({ ...eightClients, port }).stop()
  assert.equal(sent, 8)
  assert.deepEqual(failures, { ...noFailures, refused: 8 })
})

test('a client opens a new connection when the server announced the end of the old one', async () => {
  const ends = new Set([7, 8, 100, 300])
  await using server = await FaultyServer.listen((count) =>
    ends.has(count) ? 'last answer' : null,
  )
  const report = await load(server, { newConnectionClients: 0 })
  assert.deepEqual(report.closes, { announced: ends.size, unannounced: 0 })
  assert.equal(server.connections, eightClients.keepAliveClients + ends.size)
  assert.deepEqual(report.failures, noFailures)
})

test('a client with a connection per request opens as many as it sends requests', async () => {
  await using server = await FaultyServer.listen(() => null)
  const report = await load(server, { keepAliveClients: 0 })
  assert.equal(server.connections, report.sent)
  assert.deepEqual(report.closes, { announced: 0, unannounced: 0 })
  assert.deepEqual(report.failures, noFailures)
})

test('a connection which the server ends while idle counts as closed, not as failed', async () => {
  const server = await FaultyServer.listen(() => null)
  const connection = await Connection.open(server.port, PATIENT_MS)
  assert(connection instanceof Connection)
  const outcome = await connection.request(
    Buffer.from('POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi'),
  )
  assert.equal(outcome.type, 'answered')
  await server[Symbol.asyncDispose]()
  while (connection.isOpen) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(connection.closedByServer, 'unannounced')
})
