import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { LineAssembler, MAX_LINE_BYTES } from '../../../supervisor/dist/streams/line-assembler.js'

/** What an assembler gives for each chunk, and at the end. */
function assemble(...chunks: readonly (string | Buffer)[]): readonly (string | undefined)[] {
  const assembler = new LineAssembler()
  const blocks = chunks.map((chunk) => assembler.push(Buffer.from(chunk)))
  return [...blocks, assembler.end()].map((block) => block?.toString())
}

for (const [what, chunks, expected] of [
  ['a whole line passes at once', ['a\n'], ['a\n', undefined]],
  ['several lines pass together', ['a\n\nb\n'], ['a\n\nb\n', undefined]],
  [
    'a line in pieces waits for its end',
    ['a', 'b', 'c\n'],
    [undefined, undefined, 'abc\n', undefined],
  ],
  ['what follows the last line feed waits', ['a\nb', 'c\n'], ['a\n', 'bc\n', undefined]],
  ['an unfinished line is finished at the end', ['a\nb'], ['a\n', 'b\n']],
  ['nothing gives nothing', [''], [undefined, undefined]],
] as const) {
  test(what, () => assert.deepEqual(assemble(...chunks), expected))
}

test('a character which is cut by the border of two chunks is whole again', () => {
  const bytes = Buffer.from('größe €\n')
  const chunks = [...bytes].map((byte) => Buffer.of(byte))
  assert.deepEqual(assemble(...chunks).at(-2), 'größe €\n')
})

const LONGEST = 'x'.repeat(MAX_LINE_BYTES)

for (const [what, chunks, expected] of [
  ['a line of the longest length stays whole', [`${LONGEST}\n`], [LONGEST]],
  ['one byte more is a line of its own', [`${LONGEST}y\n`], [LONGEST, 'y']],
  ['a line which grows too long over chunks is split', [LONGEST, 'y', 'z\n'], [LONGEST, 'yz']],
  [
    'an endless line is split again and again',
    [LONGEST + LONGEST, `${LONGEST}y\nz\n`],
    [LONGEST, LONGEST, LONGEST, 'y', 'z'],
  ],
  ['short lines beside it are not touched', [`a\n${LONGEST}yy\nb\n`], ['a', LONGEST, 'yy', 'b']],
] as const) {
  test(what, () => {
    const text = assemble(...chunks).join('')
    assert.ok(text.endsWith('\n'))
    // Comparing lengths first keeps a failure readable.
    const lines = text.slice(0, -1).split('\n')
    assert.deepEqual(
      lines.map((line) => line.length),
      expected.map((line) => line.length),
    )
    assert.deepEqual(lines, expected)
  })
}

test('no byte is lost or moved, however the chunks are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), (chunks) => {
      // Few values, so that line feeds are frequent.
      const pieces = chunks.map((chunk) => Buffer.from(chunk.map((byte) => 8 + (byte % 4))))
      const whole = Buffer.concat(pieces)
      const assembler = new LineAssembler()
      const blocks = [...pieces.map((piece) => assembler.push(piece)), assembler.end()]
      const given = blocks.filter((block) => block !== undefined)
      assert.ok(given.every((block) => block.at(-1) === 0x0a))
      const isFinished = whole.length === 0 || whole.at(-1) === 0x0a
      const expected = isFinished ? whole : Buffer.concat([whole, Buffer.of(0x0a)])
      assert.deepEqual(Buffer.concat(given), expected)
    }),
  )
})
