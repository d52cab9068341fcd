import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  FailureBudget,
  MAX_FAILURES,
  WINDOW_MS,
} from '../../../supervisor/dist/arbiter/failure-budget.js'
import { LineLimiter, SILENCE_MS } from '../../../supervisor/dist/arbiter/line-limiter.js'
import { startFakeDaemon, TIME } from './fake-daemon.ts'
import { RawClient } from './raw-client.ts'

const [one, other] = [Uint8Array.of(1), Uint8Array.of(2)]

test('after a thousand failures a client gets no answers to more, until the window is over', () => {
  let now = 0
  const budget = new FailureBudget(() => now)
  const verdicts = Array.from({ length: MAX_FAILURES + 2 }, () => budget.spend(one))
  assert.ok(verdicts.slice(0, MAX_FAILURES - 1).every((verdict) => verdict === 'answer'))
  assert.deepEqual(verdicts.slice(MAX_FAILURES - 1), ['last', 'silence', 'silence'])
  assert.equal(budget.spend(other), 'answer')
  now = WINDOW_MS - 1
  assert.equal(budget.spend(one), 'silence')
  now = WINDOW_MS
  assert.equal(budget.spend(one), 'answer')
})

test('a client that floods with failures is told once, and its valid requests are answered', async (t) => {
  const daemon = await startFakeDaemon(t)
  const client = new RawClient(t, daemon.endpoint)
  for (let count = 0; count < MAX_FAILURES + 500; count += 1) client.send('[]')
  client.sendJson({ command: 'numwatchers', id: 'n' })
  const reasons: unknown[] = []
  for (;;) {
    const reply = Object(await client.reply())
    if (reply.id === 'n') break
    reasons.push(reply.reason)
  }
  assert.equal(reasons.length, MAX_FAILURES)
  const told = 'message invalid: must be a JSON object; too many failures, more are not answered'
  assert.equal(reasons.at(-1), told)
  const better = new RawClient(t, daemon.endpoint)
  const reply = { status: 'ok', time: TIME, numwatchers: 4, id: 'n' }
  assert.deepEqual(await better.ask({ command: 'numwatchers', id: 'n' }), reply)
})

function newLimiter() {
  const logged: string[] = []
  const limiter = new LineLimiter((level, message) => logged.push(`${level}: ${message}`))
  return { limiter, logged }
}

test('lines of a kind: the first is written, then they are counted as long as more come', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { limiter, logged } = newLimiter()
  for (const line of ['a', 'b', 'c']) limiter.write('warning', 'letters', line)
  limiter.write('error', 'digits', '1')
  t.mock.timers.tick(SILENCE_MS)
  limiter.write('warning', 'letters', 'd')
  t.mock.timers.tick(SILENCE_MS)
  t.mock.timers.tick(SILENCE_MS)
  limiter.write('warning', 'letters', 'e')
  assert.deepEqual(logged, [
    'warning: a',
    'error: 1',
    'warning: 2 more of this kind: letters',
    'warning: 1 more of this kind: letters',
    'warning: e',
  ])
})

test('kinds that a stranger makes up are one kind in the end', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { limiter, logged } = newLimiter()
  for (let kind = 0; kind < 10_000; kind += 1) limiter.write('warning', `kind ${kind}`, 'x')
  assert.ok(logged.length < 200, `${logged.length} lines`)
})

test('what was counted is told at the end', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { limiter, logged } = newLimiter()
  for (const line of ['a', 'b']) limiter.write('warning', 'letters', line)
  limiter.close()
  assert.deepEqual(logged, ['warning: a', 'warning: 1 more of this kind: letters'])
})
