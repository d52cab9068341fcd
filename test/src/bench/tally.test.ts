import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Tally } from '../../../bench/dist/load/tally.js'

test('a request which outlives a whole reload counts as one of the reload', () => {
  const tally = new Tally()
  const before = tally.countSent()
  tally.enter('reload')
  const inside = tally.countSent()
  tally.enter('steady')
  const after = tally.countSent()
  for (const sent of [before, inside, after]) tally.countAnswered(sent)
  const { latency } = tally.report()
  assert.equal(latency.reload.requests, 2)
  assert.equal(latency.steady.requests, 1)
})

test('a request whose end is not counted makes the report fail', () => {
  const tally = new Tally()
  tally.countSent()
  assert.throws(() => tally.report(), /1 requests sent, 0 ended/)
})
