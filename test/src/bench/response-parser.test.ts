import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ResponseParser, type Parsed } from '../../../bench/dist/load/response-parser.js'

const head = 'HTTP/1.1 200 OK\r\n'

/** Feeds the text in pieces of the given length; the first outcome but `incomplete`, or that of the end. */
function parse(text: string, pieceLength: number): Parsed {
  const parser = new ResponseParser()
  for (let at = 0; at < text.length; at += pieceLength) {
    const parsed = parser.feed(Buffer.from(text.slice(at, at + pieceLength)))
    if (parsed.type !== 'incomplete') return parsed
  }
  return parser.end()
}

const complete = [
  ['with a length', `${head}Content-Length: 5\r\n\r\nhello`, 'hello', false],
  ['without a body', `${head}Content-Length: 0\r\n\r\n`, '', false],
  [
    'in chunks',
    `${head}Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n`,
    'hello',
    false,
  ],
  ['which says close', `${head}Connection: close\r\nContent-Length: 2\r\n\r\nhi`, 'hi', true],
  ['which lasts until the end', `${head}\r\nhello`, 'hello', true],
] as const

for (const [what, text, body, isLast] of complete) {
  test(`a response ${what} is read whole, however it is cut`, () => {
    for (const pieceLength of [1, 2, 7, text.length]) {
      const parsed = parse(text, pieceLength)
      assert(parsed.type === 'complete')
      assert.equal(parsed.response.status, 200)
      assert.equal(parsed.response.body.toString(), body)
      assert.equal(parsed.response.isLast, isLast)
    }
  })
}

const malformed = [
  ['another protocol', 'SSH-2.0-OpenSSH\r\n\r\n'],
  ['bytes behind a body with a length', `${head}Content-Length: 2\r\n\r\nhi!`],
  ['bytes behind the last chunk', `${head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n!`],
  ['a chunk without a size', `${head}Transfer-Encoding: chunked\r\n\r\nx\r\nhi\r\n`],
  ['a chunk longer than its size', `${head}Transfer-Encoding: chunked\r\n\r\n1\r\nhi\r\n`],
] as const

for (const [what, text] of malformed) {
  test(`${what} is malformed`, () => {
    assert.equal(parse(text, text.length).type, 'malformed')
  })
}

test('a response cut off anywhere is incomplete', () => {
  for (const text of [complete[0][1], complete[2][1]]) {
    for (let length = 0; length < text.length; length += 1) {
      assert.equal(parse(text.slice(0, length), 4).type, 'incomplete')
    }
  }
})
