import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LinePrefix } from '../../../supervisor/dist/streams/line-prefix.js'

const NOW = new Date(2026, 2, 5, 7, 8, 9).getTime()

function apply(format: string, lines: string): string {
  return new LinePrefix(format).apply(Buffer.from(lines), 42, NOW).toString()
}

for (const [what, format, lines, expected] of [
  ['every line gets the time and the pid', '%H:%M', 'a\nb\n', '07:08 [42] | a\n07:08 [42] | b\n'],
  ['an empty line gets them too', '%H', '\n\n', '07 [42] | \n07 [42] | \n'],
  ['a format without directives is a text', 'web', 'a\n', 'web [42] | a\n'],
  ['an empty format leaves the pid', '', 'a\n', ' [42] | a\n'],
  [
    'text of any language passes, in lines and format',
    'Zeit für',
    'größe €\n',
    'Zeit für [42] | größe €\n',
  ],
  [
    'what means something to String.replace does not here',
    '$&',
    '$1\n$`\n',
    '$& [42] | $1\n$& [42] | $`\n',
  ],
] as const) {
  test(what, () => assert.equal(apply(format, lines), expected))
}

test('bytes which are no UTF-8 pass unharmed', () => {
  const line = Buffer.of(0xff, 0x00, 0xc3, 0x0d, 0x0a)
  const written = new LinePrefix('x').apply(line, 1, NOW)
  assert.deepEqual(written, Buffer.concat([Buffer.from('x [1] | '), line]))
})

test('the time moves on with the clock', () => {
  const prefix = new LinePrefix('%S')
  const at = (ms: number): string => prefix.apply(Buffer.from('\n'), 1, NOW + ms).toString()
  assert.deepEqual([0, 999, 1000, 0].map(at), [
    '09 [1] | \n',
    '09 [1] | \n',
    '10 [1] | \n',
    '09 [1] | \n',
  ])
})

test('a format with fractions moves within a second', () => {
  const prefix = new LinePrefix('%f')
  const at = (ms: number): string => prefix.apply(Buffer.from('\n'), 1, NOW + ms).toString()
  assert.deepEqual([0, 7].map(at), ['000000 [1] | \n', '007000 [1] | \n'])
})
