import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { curveKeyPair } from 'zeromq'
import { isKey, isPair, newKeyPair, sharedSecret } from '../../../supervisor/dist/net/curve.js'
import { decodeZ85, encodeZ85 } from '../../../supervisor/dist/net/z85.js'

test('Z85: the test vector of ZeroMQ RFC 32', () => {
  const bytes = Uint8Array.of(0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b)
  assert.equal(encodeZ85(bytes), 'HelloWorld')
  assert.deepEqual(decodeZ85('HelloWorld'), bytes)
})

test('Z85: bytes come back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      assert.deepEqual(decodeZ85(encodeZ85(bytes)), bytes)
    }),
  )
})

test('Z85: what is none is not read', () => {
  for (const text of ['abcd', 'ab cd', '#####', 'a"bcd', 'äbcde']) {
    assert.equal(decodeZ85(text), undefined, text)
  }
})

test('a new key pair is one that ZeroMQ could have made', () => {
  const keys = newKeyPair()
  assert.ok(isKey(keys.publicKey) && isKey(keys.secretKey))
  assert.ok(isPair(keys))
  assert.notDeepEqual(newKeyPair(), keys)
})

test('keys that ZeroMQ makes are understood, and pairs told from others', () => {
  const [one, other] = [curveKeyPair(), curveKeyPair()]
  assert.ok(isPair(one))
  assert.ok(!isPair({ ...one, publicKey: other.publicKey }))
})

test('both sides have the same secret, and nobody else has it', () => {
  const [server, client, other] = [newKeyPair(), newKeyPair(), newKeyPair()]
  const secret = sharedSecret(server, client.publicKey)
  assert.deepEqual(sharedSecret(client, server.publicKey), secret)
  assert.notDeepEqual(sharedSecret(other, server.publicKey), secret)
})

test('a weak public key, with which everybody has the same secret, is refused', () => {
  assert.throws(() => sharedSecret(newKeyPair(), encodeZ85(new Uint8Array(32))))
})
