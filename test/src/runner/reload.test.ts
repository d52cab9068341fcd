import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { listenOnLoopback } from './listening-socket.ts'
import { startRunner } from './runner-process.ts'

const CLIENTS = 40
const LONGEST_THINK_MS = 8
const RELOADS = Number(process.env.RELOADS ?? 4)

test(`${RELOADS} reloads under ${CLIENTS} keep-alive clients lose no request`, async (t) => {
  const socket = listenOnLoopback()
  t.after(() => socket.close())
  let current = startRunner(t, 'echo-body.js', { socket })
  await current.ready()
  const stop = new AbortController()
  const clients = Array.from({ length: CLIENTS }, () => postUntil(stop.signal, socket.port))
  for (let reload = 0; reload < RELOADS; reload++) {
    const next = startRunner(t, 'echo-body.js', { socket })
    await next.ready()
    current.kill('SIGTERM')
    // A busy client ends its connection with its next request: no drain runs into a timeout here.
    assert.deepEqual(await current.exit, { code: 0, signal: null })
    current = next
  }
  stop.abort()
  const answered = await Promise.all(clients)
  assert(answered.every((count) => count > 0))
})

/** Posts one request after the other on one connection. Rejects when one fails: a POST is not repeated. */
async function postUntil(signal: AbortSignal, port: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let answered = 0
  try {
    while (!signal.aborted) {
      const body = `request ${answered}`
      assert.equal(await post(agent, port, body), body)
      answered++
      await delay(Math.random() * LONGEST_THINK_MS)
    }
  } finally {
    agent.destroy()
  }
  return answered
}

function post(agent: Agent, port: number, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent, port, host: '127.0.0.1', method: 'POST' }, (response) => {
      response.toArray().then((chunks) => resolve(Buffer.concat(chunks).toString()), reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
