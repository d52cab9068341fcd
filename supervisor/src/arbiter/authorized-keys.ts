import { isKey } from '../net/curve.ts'
import { findRole, ROLES, type Access } from '../protocol/access.ts'

/** Who may come in through a locked endpoint. */
export interface AuthorizedKey {
  /** In Z85. */
  readonly publicKey: string
  readonly role: Access
  /** Who it is, for the audit. */
  readonly name: string
}

export interface AuthorizedKeys {
  /** By public key. */
  readonly keys: ReadonlyMap<string, AuthorizedKey>
  /** Lines that say nothing usable, as sentences; nobody comes in by them. */
  readonly problems: readonly string[]
}

/** A line for a list of keys would not be understood. */
export class AuthorizedKeyError extends Error {
  override readonly name = 'AuthorizedKeyError'
}

/**
 * Reads a list of authorized keys: one per line, `ROLE KEY NAME`. Empty lines and those that begin with `#` say nothing; the key
 * stands second because it may contain any sign. A key that stands there twice counts the first time only.
 */
export function parseAuthorizedKeys(text: string): AuthorizedKeys {
  const keys = new Map<string, AuthorizedKey>()
  const problems: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    const entry = readLine(line)
    if (typeof entry === 'string') problems.push(`line ${index + 1}: ${entry}`)
    else if (keys.has(entry.publicKey)) {
      problems.push(`line ${index + 1}: the key of ${entry.name} stands above already`)
    } else keys.set(entry.publicKey, entry)
  }
  return { keys, problems }
}

/**
 * The text of a list with one more key.
 * @throws {AuthorizedKeyError} If key, role or name cannot stand there, or the key does already.
 */
export function withAuthorizedKey(
  text: string,
  publicKey: string,
  role: string,
  name: string,
): string {
  const entry = readLine(`${role} ${publicKey} ${name}`)
  if (typeof entry === 'string') throw new AuthorizedKeyError(`Cannot authorize the key: ${entry}`)
  const present = parseAuthorizedKeys(text).keys.get(publicKey)
  if (present !== undefined) {
    const what = `it is authorized already, as ${present.name} with the role ${present.role}`
    throw new AuthorizedKeyError(`Cannot authorize the key: ${what}`)
  }
  const line = `${entry.role} ${entry.publicKey} ${entry.name}`
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`
}

/** The entry, or what is wrong with the line. */
function readLine(line: string): AuthorizedKey | string {
  const [roleName = '', publicKey = '', name = '', ...more] = line.trim().split(/[ \t]+/)
  const role = findRole(roleName)
  if (role === undefined) return `the role must be one of ${ROLES.join(', ')}, not "${roleName}"`
  if (!isKey(publicKey)) return 'the key must be a public one, 40 characters of Z85'
  if (!/^[\w.@-]{1,64}$/.test(name) || more.length > 0) {
    return 'the name must be 1 to 64 letters, digits and . _ - @'
  }
  return { publicKey, role, name }
}
