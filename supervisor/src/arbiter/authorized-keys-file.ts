import { statSync, writeFileSync, type BigIntStats } from 'node:fs'
import { KeyFileError, readGuarded } from '../net/key-file.ts'
import { withAuthorizedKey, parseAuthorizedKeys, type AuthorizedKeys } from './authorized-keys.ts'
import type { Log } from './log.ts'

/** Some ten thousand keys. */
const MAX_BYTES = 1_048_576

const NOBODY: AuthorizedKeys = { keys: new Map(), problems: [] }

/**
 * The list of keys that may come in, as it stands in its file: each look takes a changed file into account. A file that cannot be
 * used any more lets nobody in, a line that cannot be used nobody by that line; both are logged when it happens.
 */
export class AuthorizedKeysFile {
  readonly #path: string
  readonly #log: Log
  #list: AuthorizedKeys
  #version: string

  /** @throws {KeyFileError} If the file or one of its lines cannot be used: at the start a mistake is not yet a lockout. */
  constructor(path: string, log: Log) {
    this.#path = path
    this.#log = log
    this.#version = versionOf(path)
    this.#list = parseAuthorizedKeys(readList(path))
    const [problem] = this.#list.problems
    if (problem !== undefined) throw new KeyFileError(path, problem)
  }

  /** By public key. */
  get keys(): AuthorizedKeys['keys'] {
    const version = versionOf(this.#path)
    if (version === this.#version) return this.#list.keys
    this.#version = version
    this.#list = this.#readAgain()
    return this.#list.keys
  }

  #readAgain(): AuthorizedKeys {
    try {
      const list = parseAuthorizedKeys(readList(this.#path))
      for (const problem of list.problems) this.#log('error', `${this.#path}: ${problem}`)
      this.#log('info', `${this.#path} has changed: ${list.keys.size} keys may come in`)
      return list
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#log('error', `${why}; until that is mended no key comes in`)
      return NOBODY
    }
  }
}

/**
 * Adds a line to a list, which is created with mode 0600 if it is missing. A running circusd takes it up by itself.
 * @throws {AuthorizedKeyError} If key, role or name cannot stand there, or the key does already.
 * @throws {KeyFileError} If the file cannot be used or written.
 */
export function authorizeKey(path: string, publicKey: string, role: string, name: string): void {
  const isNew = statSync(path, { throwIfNoEntry: false }) === undefined
  const text = isNew ? '' : readList(path)
  const longer = withAuthorizedKey(text, publicKey, role, name)
  try {
    // What is there stays there, so that somebody who reads meanwhile misses nobody.
    writeFileSync(path, longer.slice(text.length), { flag: isNew ? 'wx' : 'a', mode: 0o600 })
  } catch (cause) {
    throw new KeyFileError(path, describe(cause), { cause })
  }
}

/** Differs when the file does: the time alone may be the same for two changes within one tick of the file system's clock. */
function versionOf(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs }: BigIntStats = statSync(path, { bigint: true })
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
  } catch (error) {
    return describe(error)
  }
}

/** Everybody may read it, it holds no secrets; but whoever writes to it lets in whom he likes. */
function readList(path: string): string {
  return readGuarded(path, {
    forbidden: 0o022,
    tell: (octal) => `its mode is ${octal}, others may write to it: chmod 644 ${path}`,
    maxBytes: MAX_BYTES,
  })
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
