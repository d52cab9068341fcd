import assert from 'node:assert/strict'
import { test } from 'node:test'
import { difference, ratio } from '../../../bench/dist/report/compare.js'
import { isReached, type Series } from '../../../bench/dist/report/report.js'
import { median, percentile } from '../../../bench/dist/report/statistics.js'
import { measureInRounds } from '../../../bench/dist/rounds.js'

const series = (...samples: readonly number[]): Series => ({ name: 'series', unit: 'ms', samples })

test('the median of an even number of values lies between the two in the middle', () => {
  assert.equal(median([9, 1, 5]), 5)
  assert.equal(median([1, 2, 4, 100]), 3)
  assert.throws(() => median([]), RangeError)
})

test('a percentile is the smallest value that so many do not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  assert.equal(percentile(hundred, 0.99), 99)
  assert.equal(percentile(hundred, 0.5), 50)
  assert.equal(percentile(hundred, 1), 100)
  assert.equal(percentile([7], 0.99), 7)
  assert.throws(() => percentile([], 0.5), RangeError)
})

test('a ratio is the median of the ratios of the rounds, not the ratio of the medians', () => {
  assert.equal(ratio('r', series(10, 30, 90), series(10, 10, 90), null).value, 1)
  assert.equal(difference('d', series(10, 30, 90), series(9, 10, 89), null).value, 1)
})

test('series of different length cannot be compared', () => {
  assert.throws(() => ratio('r', series(1), series(1, 2), null), RangeError)
})

test('a finding keeps its limit at the limit itself', () => {
  const finding = { name: 'f', unit: 'ratio', value: 2 } as const
  assert(isReached({ ...finding, target: { atLeast: 2 } }))
  assert(isReached({ ...finding, target: { atMost: 2 } }))
  assert(!isReached({ ...finding, target: { atLeast: 2.1 } }))
  assert(!isReached({ ...finding, target: { atMost: 1.9 } }))
})

test('each round measures every subject, and begins with the next one', async () => {
  const order: string[] = []
  const samples = await measureInRounds(['a', 'b', 'c'], 3, (subject, round) => {
    order.push(subject)
    return Promise.resolve(round)
  })
  assert.equal(order.join(''), 'abcbcacab')
  assert.deepEqual(samples.get('b'), [0, 1, 2])
})
