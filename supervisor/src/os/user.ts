/**
 * Who a user or group is (getpwnam(3), getgrnam(3), getgrouplist(3)).
 *
 * Guaranteed: the C library is asked, so what nsswitch.conf(5) names counts: files, LDAP, sssd.
 * Not guaranteed: an answer in time. A directory on the network is waited for, and everything else waits meanwhile, as in
 * Circus. Nothing is kept: who was put into a group is in it from the next spawn on.
 */
import { constants } from 'node:os'
import type { Credentials } from './credentials.ts'
import { call } from './libc.ts'
import { SystemError } from './system-error.ts'

/** There is no such user or group. */
export class UnknownAccountError extends Error {
  override readonly name = 'UnknownAccountError'
}

/**
 * The credentials which `uid` and `gid` of a watcher mean; null if both are. As Circus: digits are a number, which must be
 * somebody's; a user brings its primary group, if no other is named, and its supplementary groups.
 * @throws {UnknownAccountError}
 * @throws {SystemError} EIO, EMFILE, ...: the database cannot be read.
 */
export function findCredentials(uid: string | null, gid: string | null): Credentials | null {
  const group = gid === null ? undefined : findGroup(gid)
  if (uid === null) return group === undefined ? null : { uid: null, gid: group, groups: null }
  const user = findUser(uid)
  const primary = group ?? user.gid
  return { uid: user.uid, gid: primary, groups: groupsOf(user.name, primary) }
}

/** The name of the user with that number; undefined if there is none, or nobody can tell. */
export function findUserName(uid: number): string | undefined {
  try {
    return findUser(String(uid)).name
  } catch {
    // For a report the number will do: nobody has that name, or the database cannot be read.
    return undefined
  }
}

interface User {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

function findUser(account: string): User {
  const entry = find('user', account, {
    byNumber: 'int getpwuid_r(uint32_t, void *, void *, size_t, void *)',
    byName: 'int getpwnam_r(const char *, void *, void *, size_t, void *)',
  })
  // struct passwd: name, password, uid, gid; the same on Linux and macOS.
  return {
    name: textAt(entry.fields.readBigUInt64LE(0), entry),
    uid: entry.fields.readUInt32LE(16),
    gid: entry.fields.readUInt32LE(20),
  }
}

function findGroup(account: string): number {
  const entry = find('group', account, {
    byNumber: 'int getgrgid_r(uint32_t, void *, void *, size_t, void *)',
    byName: 'int getgrnam_r(const char *, void *, void *, size_t, void *)',
  })
  // struct group: name, password, gid.
  return entry.fields.readUInt32LE(16)
}

/** What the C library fills. */
interface Entry {
  readonly fields: Buffer
  /** Where the pointers of the fields lead. */
  readonly strings: Buffer
}

/** Larger than struct passwd and struct group anywhere. */
const ENTRY_BYTES = 128
/** For the strings of an entry; a group may have many members. */
const FIRST_STRINGS_BYTES = 1_024
const MAX_STRINGS_BYTES = 16 * 2 ** 20
/** What the functions answer, beside 0, if there is nobody: getpwnam(3). */
const NOT_FOUND: ReadonlySet<number> = new Set([
  constants.errno.ENOENT,
  constants.errno.ESRCH,
  constants.errno.EBADF,
  constants.errno.EPERM,
])

/** The entry whose name, or for digits whose number, is `account`. */
function find(
  kind: 'user' | 'group',
  account: string,
  functions: { readonly byNumber: string; readonly byName: string },
): Entry {
  const isNumber = /^\d+$/.test(account)
  const key = isNumber ? Number(account) : account
  const definition = isNumber ? functions.byNumber : functions.byName
  for (let bytes = FIRST_STRINGS_BYTES; ; bytes *= 4) {
    const entry = { fields: Buffer.alloc(ENTRY_BYTES), strings: Buffer.alloc(bytes) }
    const found = Buffer.alloc(8)
    const error = call(definition, key, entry.fields, entry.strings, bytes, found)
    if (error === constants.errno.ERANGE && bytes < MAX_STRINGS_BYTES) continue
    if (found.readBigUInt64LE() !== 0n) return entry
    if (error !== 0 && !NOT_FOUND.has(error)) {
      throw new SystemError(`look up the ${kind} ${account}`, 'getpwnam', -error)
    }
    const what = isNumber ? 'number' : 'name'
    throw new UnknownAccountError(
      `Cannot find the ${kind} ${account}: no ${kind} of this system has that ${what}`,
    )
  }
}

/** Groups of a user, `primary` among them. */
function groupsOf(name: string, primary: number): readonly number[] {
  const count = Int32Array.of(64)
  for (;;) {
    const [capacity = 0] = count
    const groups = new Int32Array(capacity)
    call('int getgrouplist(const char *, uint32_t, void *, void *)', name, primary, groups, count)
    const [needed = 0] = count
    if (needed <= capacity) return Array.from(groups.subarray(0, needed), (gid) => gid >>> 0)
  }
}

/** The text to which a field of `entry` points. Handing over the strings, too, keeps them from being collected meanwhile. */
function textAt(address: bigint, { strings }: Entry): string {
  const text = Buffer.alloc(strings.length)
  const definition = 'int snprintf(void *, size_t, const char *, ...)'
  const end = ['size_t', Number(address), 'const void *', strings] as const
  const length = call(definition, text, text.length, '%s', ...end)
  return text.toString('utf8', 0, length)
}
