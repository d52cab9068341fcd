/**
 * Files that hold a key pair, in the form of CZMQ's and pyzmq's certificates (ZeroMQ RFC 4), so that their tools read them too.
 * A file with a secret key that others could read is refused, as ssh does: a key that may be known opens nothing.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { isKey, isPair, newKeyPair, type KeyPair } from './curve.ts'

/** Nobody else reads it. */
const MODE = 0o600

/** Larger than any key file. */
const MAX_BYTES = 65_536

/** A file of keys cannot be used. */
export class KeyFileError extends Error {
  readonly code = 'ERR_KEY_FILE'
  readonly path: string

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`Cannot use the key file ${path}: ${reason}`, options)
    this.name = 'KeyFileError'
    this.path = path
  }
}

/**
 * Writes a new key pair to a new file of mode 0600. @returns Its public key.
 * @throws {KeyFileError} If there is such a file already, or it cannot be written.
 */
export function createKeyFile(path: string): string {
  const keys = newKeyPair()
  try {
    writeFileSync(path, formatKeyPair(keys), { flag: 'wx', mode: MODE })
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
    const reason = isThere ? 'it exists, and its key would be lost' : describe(cause)
    throw new KeyFileError(path, reason, { cause })
  }
  return keys.publicKey
}

/** @throws {KeyFileError} If it cannot be read, others may read it, or it holds no key pair. */
export function readKeyFile(path: string): KeyPair {
  const keys = parseKeyPair(readPrivately(path))
  if (typeof keys === 'string') throw new KeyFileError(path, keys)
  return keys
}

export function formatKeyPair({ publicKey, secretKey }: KeyPair): string {
  return `#   A CURVE key pair. Who knows the secret key can pretend to be its owner: keep this file to yourself.

metadata
curve
    public-key = "${publicKey}"
    secret-key = "${secretKey}"
`
}

/** The key pair, or what is wrong with the text. */
export function parseKeyPair(text: string): KeyPair | string {
  const publicKey = valueOf('public-key', text)
  const secretKey = valueOf('secret-key', text)
  if (publicKey === undefined || secretKey === undefined) {
    return 'it needs a line public-key = "KEY" and a line secret-key = "KEY", as `circusctl keygen` writes them'
  }
  if (!isKey(publicKey) || !isKey(secretKey)) return 'its keys must be 40 characters of Z85 each'
  if (!isPair({ publicKey, secretKey })) return 'its two keys do not belong together'
  return { publicKey, secretKey }
}

function valueOf(name: string, text: string): string | undefined {
  for (const line of text.split('\n')) {
    const [, found, value] = /^\s*([a-z-]+)\s*=\s*"([^"]*)"\s*$/.exec(line) ?? []
    if (found === name) return value
  }
  return undefined
}

function readPrivately(path: string): string {
  return readGuarded(path, {
    forbidden: 0o077,
    tell: (octal) => `its mode is ${octal}, so others may use it: chmod 600 ${path}`,
    maxBytes: MAX_BYTES,
  })
}

/** What a file must be before it is believed. */
export interface Guard {
  /** Bits that its mode must not have. */
  readonly forbidden: number
  /** What to say of a mode that has one of them, given in octal. */
  readonly tell: (octal: string) => string
  readonly maxBytes: number
}

/** The text of a regular file that is ours or root's. @throws {KeyFileError} If it is not, or cannot be read. */
export function readGuarded(path: string, { forbidden, tell, maxBytes }: Guard): string {
  let file: number
  try {
    // Not blocking: a named pipe would let us wait for ever.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (cause) {
    throw new KeyFileError(path, describe(cause), { cause })
  }
  try {
    const stats = fstatSync(file)
    if (!stats.isFile()) throw new KeyFileError(path, 'it is no regular file')
    const mode = stats.mode & 0o777
    if ((mode & forbidden) !== 0) {
      throw new KeyFileError(path, tell(mode.toString(8).padStart(4, '0')))
    }
    const uid = process.getuid?.()
    if (stats.uid !== uid && stats.uid !== 0) {
      throw new KeyFileError(path, `it belongs to user ${stats.uid}, must be ${uid} or root`)
    }
    if (stats.size > maxBytes) throw new KeyFileError(path, 'it is too large')
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
