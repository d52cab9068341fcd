import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withConnectionClose, withoutConnection } from '../../../runner/dist/closing-headers.js'

for (const [form, headers, closing, without] of [
  ['no headers', {}, { Connection: 'close' }, {}],
  ['an object', { connection: 'keep-alive', a: '1' }, { a: '1', Connection: 'close' }, { a: '1' }],
  [
    'a list of names and values',
    ['A', 'connection', 'CONNECTION', 'keep-alive', 'A', '2'],
    ['A', 'connection', 'A', '2', 'Connection', 'close'],
    ['A', 'connection', 'A', '2'],
  ],
  [
    'a list of pairs',
    [
      ['Connection', 'keep-alive'],
      ['A', '1'],
    ],
    [
      ['A', '1'],
      ['Connection', 'close'],
    ],
    [['A', '1']],
  ],
] as const) {
  test(`${form}: the application's Connection is replaced, in the same form`, () => {
    assert.deepEqual(withConnectionClose(headers), closing)
    assert.deepEqual(withoutConnection(headers), without)
  })
}
