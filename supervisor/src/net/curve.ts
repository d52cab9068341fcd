/**
 * Keys of CURVE, ZeroMQ's encryption (ZeroMQ RFC 26): X25519 (RFC 7748), written in Z85, 40 characters each.
 * What CURVE guarantees: nobody else reads or changes what goes over the wire, and each side knows the other's public key.
 * What it does not: that the other side is welcome. A server lets every key in unless somebody looks at it (see zap.ts).
 */
import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { decodeZ85, encodeZ85 } from './z85.ts'

/** Length of a key in Z85. */
const KEY_CHARACTERS = 40

export interface KeyPair {
  readonly publicKey: string
  readonly secretKey: string
}

/** What a client needs for a locked endpoint. */
export interface ClientKeys extends KeyPair {
  /** The public key of the server: who does not have its secret key cannot pretend to be it. */
  readonly serverKey: string
}

export function newKeyPair(): KeyPair {
  const { d = '', x = '' } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' })
  return { publicKey: fromBase64(x), secretKey: fromBase64(d) }
}

/** Whether the text can be a key. */
export function isKey(text: string): boolean {
  return text.length === KEY_CHARACTERS && decodeZ85(text) !== undefined
}

/** Whether the two keys belong together. Both are keys. */
export function isPair({ publicKey, secretKey }: KeyPair): boolean {
  return publicKeyOf(secretKey) === publicKey
}

/**
 * The secret that the owners of two key pairs have in common, and nobody else.
 * @throws {Error} If the public key is one of the few weak ones with which there is no secret.
 */
export function sharedSecret(own: KeyPair, otherPublicKey: string): Uint8Array {
  const publicKey = createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'X25519', x: toBase64(otherPublicKey) },
  })
  return diffieHellman({ privateKey: privateKeyOf(own.secretKey), publicKey })
}

function publicKeyOf(secretKey: string): string {
  const { x = '' } = createPublicKey(privateKeyOf(secretKey)).export({ format: 'jwk' })
  return fromBase64(x)
}

/** PKCS #8 in DER of an X25519 key without its 32 bytes: RFC 8410, section 7. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')

function privateKeyOf(secretKey: string): KeyObject {
  const key = Buffer.concat([PKCS8_PREFIX, decodeZ85(secretKey) ?? Buffer.alloc(0)])
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

function fromBase64(text: string): string {
  return encodeZ85(Buffer.from(text, 'base64url'))
}

function toBase64(key: string): string {
  return Buffer.from(decodeZ85(key) ?? []).toString('base64url')
}
