import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CutOff, cutOffTable } from '../../../runner/dist/cut-off.js'

const request: CutOff = {
  method: 'GET',
  url: '/slow',
  ageMs: 1500,
  isOlder: false,
  peer: '127.0.0.1:40000',
}

test('each request is a row of an aligned table', () => {
  const upload = { ...request, method: 'POST', url: '/upload', ageMs: 30_000, isOlder: true }
  assert.deepEqual(cutOffTable([request, upload]), [
    'METHOD  URL      AGE      PEER',
    'GET     /slow    1.5 s    127.0.0.1:40000',
    'POST    /upload  >30.0 s  127.0.0.1:40000',
  ])
})

test('a URL cannot break the line or fill the log', () => {
  const [, row] = cutOffTable([{ ...request, url: `/a\nb\x1b[31m${'x'.repeat(100)}` }])
  assert.equal(row, `GET     /a?b?[31m${'x'.repeat(48)}...  1.5 s  127.0.0.1:40000`)
})

test('what does not fit is counted', () => {
  const lines = cutOffTable(Array.from({ length: 25 }, () => request))
  assert.equal(lines.length, 22)
  assert.equal(lines.at(-1), 'and 5 more')
})
