import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  NOTIFICATION_LINE_BYTES,
  type Notification,
  NotificationParser,
} from '../../../supervisor/dist/os/notification-parser.js'

function parse(...chunks: readonly string[]): readonly Notification[] {
  const parser = new NotificationParser()
  return chunks.flatMap((chunk) => parser.push(Buffer.from(chunk)))
}

const READY: Notification = { type: 'ready' }
const field = (key: string, value: string): Notification => ({ type: 'field', key, value })

for (const [what, text, expected] of [
  ['READY=1 is ready', 'READY=1\n', [READY]],
  ['a bare newline is ready', '\n', [READY]],
  ['a first line without = is ready', 'up\n', [READY]],
  [
    'READY=1 is ready after other lines too',
    'STATUS=loading\nREADY=1\n',
    [field('STATUS', 'loading'), READY],
  ],
  ['a later line without = says nothing', 'READY=1\nhello\n\n', [READY]],
  ['another value of READY is a field', 'READY=0\n', [field('READY', '0')]],
  ['the first = parts key from value', 'X_STATS={"a":"b=c"}\n', [field('X_STATS', '{"a":"b=c"}')]],
  ['a value may be empty', 'STATUS=\n', [field('STATUS', '')]],
  ['a line without its newline is not told', 'READY=1', []],
] as const) {
  test(what, () => assert.deepEqual(parse(text), expected))
}

test('lines may come in pieces, cut within a character too', () => {
  const parser = new NotificationParser()
  const bytes = Buffer.from('STATUS=größer\nREADY=1\n')
  const told = [...bytes].flatMap((byte) => parser.push(Buffer.of(byte)))
  assert.deepEqual(told, [field('STATUS', 'größer'), READY])
})

test('a line longer than the limit is cut, the next one is whole', () => {
  const value = 'x'.repeat(NOTIFICATION_LINE_BYTES)
  const cut = value.slice(0, NOTIFICATION_LINE_BYTES - 'STATUS='.length)
  const expected = [field('STATUS', cut), READY]
  assert.deepEqual(parse(`STATUS=${value}\nREADY=1\n`), expected)
  assert.deepEqual(parse(`STATUS=${value}`, value, value, '\nREADY=1\n'), expected)
})
