/**
 * The second frame of a request on a locked endpoint: it proves whose request it is.
 *
 * CURVE tells libzmq the key of each client, but zeromq.js does not hand it on with the messages, and what a client says about
 * itself proves nothing. So the client adds its public key and an HMAC-SHA256 (RFC 2104) of the request under the secret that it
 * has in common with the server (X25519, RFC 7748). Only the two can make it; a client cannot borrow the role of another.
 * What it does not do: the same request with the same proof can be sent twice. But it travels encrypted, so only its sender and the
 * server ever have it. Besides, the role is looked up for each request, so that a key that was taken off the list is
 * powerless at once, also on connections that it has already.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { sharedSecret, type ClientKeys, type KeyPair } from './curve.ts'
import { decodeZ85, encodeZ85 } from './z85.ts'

const KEY_BYTES = 32
const MAC_BYTES = 32

/** Length of the frame: a public key and a MAC. */
export const PROOF_BYTES = KEY_BYTES + MAC_BYTES

/** Says what the secret is used for: nothing else that is made with these keys can be taken for a proof. */
const CONTEXT = 'circus request proof 1'

/** Makes the proofs of a client. */
export function newProver(keys: ClientKeys): (request: string | Uint8Array) => Uint8Array {
  const macKey = macKeyOf(keys, keys.serverKey)
  const publicKey = decodeZ85(keys.publicKey) ?? new Uint8Array(KEY_BYTES)
  return (request) => Buffer.concat([publicKey, mac(macKey, request)])
}

/** Checks the proofs of a server's clients. The answer is the public key of the client; undefined if the proof is none. */
export function newVerifier(
  server: KeyPair,
  isKnown: (publicKey: string) => boolean,
): (request: Uint8Array, proof: Uint8Array) => string | undefined {
  // At most one for each key that was ever on the list.
  const macKeys = new Map<string, Uint8Array>()
  return (request, proof) => {
    if (proof.byteLength !== PROOF_BYTES) return undefined
    const publicKey = encodeZ85(proof.subarray(0, KEY_BYTES))
    if (!isKnown(publicKey)) return undefined
    const macKey = macKeys.get(publicKey) ?? macKeyOf(server, publicKey)
    macKeys.set(publicKey, macKey)
    const isTrue = timingSafeEqual(mac(macKey, request), proof.subarray(KEY_BYTES))
    return isTrue ? publicKey : undefined
  }
}

function macKeyOf(own: KeyPair, otherPublicKey: string): Uint8Array {
  return createHash('sha256').update(CONTEXT).update(sharedSecret(own, otherPublicKey)).digest()
}

function mac(key: Uint8Array, request: string | Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(request).digest()
}
