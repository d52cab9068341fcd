import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeZapRequest, encodeZapReply } from '../../../supervisor/dist/net/zap.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const key = new Uint8Array(32).fill(7)
const request = ['peer', '', '1.0', '42', 'circus', '192.0.2.1', 'id', 'CURVE'].map(bytes)

test('a request of libzmq: where the client comes from, and its key', () => {
  const read = decodeZapRequest([...request, key])
  assert.deepEqual(read, {
    envelope: [bytes('peer'), bytes('')],
    id: bytes('42'),
    address: '192.0.2.1',
    publicKey: key,
  })
})

test('a client that does not use CURVE has no key', () => {
  const plain = [...request.slice(0, -1), bytes('PLAIN'), bytes('user'), key]
  assert.equal(decodeZapRequest(plain)?.publicKey, null)
  assert.equal(decodeZapRequest([...request.slice(0, -1), bytes('NULL')])?.publicKey, null)
  assert.equal(decodeZapRequest([...request, key.subarray(1)])?.publicKey, null)
})

test('the answer goes back the same way', () => {
  const read = decodeZapRequest([...request, key]) ?? assert.fail()
  const [peer, empty] = read.envelope
  assert.deepEqual(encodeZapReply(read, true), [peer, empty, '1.0', read.id, '200', 'OK', '', ''])
  assert.deepEqual(encodeZapReply(read, false).slice(4, 6), ['400', 'not authorized'])
})

test('what is no request is not answered', () => {
  for (const frames of [[], [bytes('a')], [bytes('a'), bytes('')], [bytes(''), bytes('2.0')]]) {
    assert.equal(decodeZapRequest(frames), undefined)
  }
  const newer = request.with(2, bytes('2.0'))
  assert.equal(decodeZapRequest([...newer, key]), undefined)
})
