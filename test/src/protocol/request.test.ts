import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import {
  decodeRequest,
  encodeRequest,
  MAX_REQUEST_BYTES,
  MAX_REQUEST_DEPTH,
} from '../../../supervisor/dist/protocol/request.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('a request needs nothing but a command', () => {
  assert.deepEqual(decodeRequest([bytes('{"command":"list"}')]), {
    type: 'request',
    request: { command: 'list', properties: {}, id: null, isCast: false },
  })
})

test('the id is any JSON value and kept as it is', () => {
  for (const id of ['17', 17, 1.5, true, ['a'], { a: { b: null } }]) {
    const decoded = decodeRequest([bytes(JSON.stringify({ command: 'list', id }))])
    assert.deepEqual(decoded.type === 'request' && decoded.request.id, id)
  }
})

test('msg_type cast asks for no reply, any other one does', () => {
  for (const [type, isCast] of [
    ['cast', true] as const,
    ['CAST', false] as const,
    [1, false] as const,
  ]) {
    const decoded = decodeRequest([bytes(JSON.stringify({ command: 'list', msg_type: type }))])
    assert.equal(decoded.type === 'request' && decoded.request.isCast, isCast)
  }
})

test('properties may be an empty list, which is how some languages write an empty object', () => {
  const decoded = decodeRequest([bytes('{"command":"list","properties":[]}')])
  assert.deepEqual(decoded.type === 'request' && decoded.request.properties, {})
})

const malformed: readonly [
  what: string,
  body: string | Uint8Array,
  errno: number,
  reason: RegExp,
][] = [
  ['nothing', '', 1, /^json invalid$/],
  ['blanks', '  \n\t ', 1, /^json invalid$/],
  ['no JSON', '{command: list}', 1, /^json invalid$/],
  ['half of a JSON object', '{"command":"li', 1, /^json invalid$/],
  ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0xfe, 0x22), 1, /^json invalid$/],
  ['a list', '[]', 3, /must be a JSON object/],
  ['a number', '5', 3, /must be a JSON object/],
  ['null', 'null', 3, /must be a JSON object/],
  ['a string', '"list"', 3, /must be a JSON object/],
  ['no command', '{"id":"x"}', 3, /^message invalid 'command' is missing$/],
  ['a command that is a number', '{"command":5}', 3, /'command' must be a string/],
  ['a command that is null', '{"command":null}', 3, /'command' must be a string/],
  ['properties that are null', '{"command":"list","properties":null}', 3, /'properties' must be/],
  [
    'properties that are a full list',
    '{"command":"list","properties":[1]}',
    3,
    /'properties' must be/,
  ],
  ['too many bytes', `"${'x'.repeat(MAX_REQUEST_BYTES)}"`, 3, /bytes are more than 1048576/],
  [
    'too many levels',
    `{"command":"list","id":${'['.repeat(MAX_REQUEST_DEPTH)}${']'.repeat(MAX_REQUEST_DEPTH)}}`,
    3,
    /nested deeper than 64/,
  ],
  ['a hundred thousand levels', '['.repeat(100_000) + ']'.repeat(100_000), 3, /./],
]

for (const [what, body, errno, reason] of malformed) {
  test(`${what}: errno ${errno}`, () => {
    const decoded = decodeRequest([typeof body === 'string' ? bytes(body) : body])
    assert.equal(decoded.type, 'invalid')
    assert.equal(decoded.type === 'invalid' && decoded.error.errno, errno)
    assert.match(decoded.type === 'invalid' ? decoded.error.message : '', reason)
  })
}

test('an invalid request keeps its id, and its wish not to be answered, if they can be read', () => {
  const decoded = decodeRequest([bytes('{"id":"x","msg_type":"cast"}')])
  assert.equal(decoded.type, 'invalid')
  assert.deepEqual(decoded.type === 'invalid' && [decoded.id, decoded.isCast], ['x', true])
})

test('the deepest allowed id is allowed', () => {
  const levels = MAX_REQUEST_DEPTH - 1
  const body = `{"command":"list","id":${'['.repeat(levels)}${']'.repeat(levels)}}`
  assert.equal(decodeRequest([bytes(body)]).type, 'request')
})

test('any other number of frames than one is dropped, and a REQ socket is named', () => {
  const request = bytes('{"command":"list"}')
  assert.deepEqual(decodeRequest([new Uint8Array(), request]), {
    type: 'dropped',
    reason: 'message of 2 frames dropped, must be 1: it looks like a REQ socket, use a DEALER',
  })
  assert.deepEqual(decodeRequest([request, request]), {
    type: 'dropped',
    reason: 'message of 2 frames dropped, must be 1',
  })
  assert.equal(decodeRequest([]).type, 'dropped')
})

test('what a client encodes is what the daemon decodes', () => {
  const request = { command: 'incr', properties: { name: 'web', nb: 2 }, id: '7', isCast: false }
  assert.deepEqual(decodeRequest([bytes(encodeRequest(request))]), { type: 'request', request })
})

test('a cast has no id on the wire', () => {
  const encoded = encodeRequest({ command: 'stop', properties: {}, id: '7', isCast: true })
  assert.deepEqual(JSON.parse(encoded), { command: 'stop', properties: {}, msg_type: 'cast' })
})

test('nothing makes decoding throw: any bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 }), (frames) => {
      decodeRequest(frames)
    }),
  )
})

test('nothing makes decoding throw: any JSON', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 8 }), fc.nat(), (json, cut) => {
      decodeRequest([bytes(json)])
      decodeRequest([bytes(json.slice(0, cut % (json.length + 1)))])
    }),
  )
})
