import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newKeyPair } from '../../../supervisor/dist/net/curve.js'
import { newProver, newVerifier, PROOF_BYTES } from '../../../supervisor/dist/net/request-proof.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const [server, client, other] = [newKeyPair(), newKeyPair(), newKeyPair()]
const keys = { ...client, serverKey: server.publicKey }
const verify = newVerifier(server, (key) => [client.publicKey, other.publicKey].includes(key))

test('a proof tells whose request it is', () => {
  const proof = newProver(keys)('{"command":"list"}')
  assert.equal(proof.byteLength, PROOF_BYTES)
  assert.equal(verify(bytes('{"command":"list"}'), proof), client.publicKey)
})

test('a proof is for one request only', () => {
  assert.equal(
    verify(bytes('{"command":"quit"}'), newProver(keys)('{"command":"list"}')),
    undefined,
  )
})

test('nobody can prove to be another', () => {
  const own = newProver({ ...other, serverKey: server.publicKey })('x')
  const claimed = newProver(keys)('x').subarray(0, 32)
  assert.equal(verify(bytes('x'), Buffer.concat([claimed, own.subarray(32)])), undefined)
  const pretended = newProver({ ...keys, secretKey: other.secretKey })('x')
  assert.equal(verify(bytes('x'), pretended), undefined)
})

test('a proof for another server is none here', () => {
  const elsewhere = newProver({ ...client, serverKey: newKeyPair().publicKey })
  assert.equal(verify(bytes('x'), elsewhere('x')), undefined)
})

test('the proof of a key that is not known is none', () => {
  const strangers = newProver({ ...newKeyPair(), serverKey: server.publicKey })
  assert.equal(verify(bytes('x'), strangers('x')), undefined)
})

test('a frame of another length is no proof', () => {
  const proof = newProver(keys)('x')
  for (const frame of [new Uint8Array(0), proof.subarray(1), Buffer.concat([proof, proof])]) {
    assert.equal(verify(bytes('x'), frame), undefined)
  }
})
