/**
 * The calls on the user, groups and privileges of this thread (credentials(7)), see `libc.ts` for what they give. Linux only.
 *
 * Guaranteed: to the kernel these belong to a thread, and a child begins with those of the thread that forks it. Calls by
 * number change this thread alone.
 * Not guaranteed by the C library: its setgroups(3) and setresgid(3) change all threads (nptl(7)), so they are not used.
 */
import { call } from './libc.ts'
import { UnsupportedPlatformError } from './unsupported-platform-error.ts'

/** Of `struct __user_cap_header_struct` and two of `__user_cap_data_struct`: capget(2). */
const CAPABILITY_VERSION_3 = 0x20080522
const CAPABILITY_WORDS = 6
const PR_GET_DUMPABLE = 3
const PR_SET_DUMPABLE = 4

/** Real, effective and saved id. */
export type Ids = readonly [number, number, number]

/** The system calls by number: unistd.h of x86 and of asm-generic. */
const NUMBERS = {
  x64: { setgroups: 116, setresuid: 117, setresgid: 119 },
  arm64: { setgroups: 159, setresuid: 147, setresgid: 149 },
} as const

/** setgroups(2), supplementary groups of this thread. */
export function setThreadGroups(groups: readonly number[]): number {
  const definition = 'long syscall(long, ...)'
  const list = Int32Array.from(groups)
  return call(definition, numbers().setgroups, 'long', list.length, 'const void *', list)
}

/** setresgid(2) for this thread. */
export function setThreadGroupIds(ids: Ids): number {
  return setIds(numbers().setresgid, ids)
}

/** setresuid(2) for this thread; -1 leaves an id as it is. */
export function setThreadUserIds(ids: Ids): number {
  return setIds(numbers().setresuid, ids)
}

/** getgroups(2). Node's own adds the effective group. */
export function threadGroups(): readonly number[] {
  const list = new Int32Array(call('int getgroups(int, void *)', 0, new Int32Array(0)))
  call('int getgroups(int, void *)', list.length, list)
  return unsigned(list)
}

/** getresgid(2). */
export function threadGroupIds(): Ids {
  const [real, effective, saved] = [new Int32Array(1), new Int32Array(1), new Int32Array(1)]
  call('int getresgid(void *, void *, void *)', real, effective, saved)
  const [r = 0, e = 0, s = 0] = unsigned([...real, ...effective, ...saved])
  return [r, e, s]
}

/** capget(2): effective, permitted and inheritable capabilities 0 to 31, then those from 32 on. */
export function threadCapabilities(): Int32Array {
  const capabilities = new Int32Array(CAPABILITY_WORDS)
  call('int capget(void *, void *)', Int32Array.of(CAPABILITY_VERSION_3, 0), capabilities)
  return capabilities
}

/** capset(2), in the order of `threadCapabilities`. */
export function setThreadCapabilities(capabilities: Int32Array): number {
  const header = Int32Array.of(CAPABILITY_VERSION_3, 0)
  return call('int capset(void *, const void *)', header, capabilities)
}

/** prctl(2): whether this process dumps core and may be traced; every change of a user or group takes it away. */
export function dumpable(): number {
  return call('int prctl(int, ...)', PR_GET_DUMPABLE)
}

/** prctl(2). Takes 0 and 1 only: 2, which the kernel may have given, cannot be set. */
export function setDumpable(value: number): number {
  return call('int prctl(int, ...)', PR_SET_DUMPABLE, 'long', value)
}

/** faccessat(2) with AT_EACCESS: whether the effective user may execute a file; access(2), which Node has, asks for the real one. */
export function mayExecute(path: string): number {
  return call('int faccessat(int, const char *, int, int)', AT_FDCWD, path, X_OK, AT_EACCESS)
}

const AT_FDCWD = -100
const AT_EACCESS = 0x200
const X_OK = 1

function setIds(number: number, [real, effective, saved]: Ids): number {
  const definition = 'long syscall(long, ...)'
  return call(definition, number, 'long', real, 'long', effective, 'long', saved)
}

function numbers(): (typeof NUMBERS)['x64' | 'arm64'] {
  if (process.platform === 'linux' && (process.arch === 'x64' || process.arch === 'arm64')) {
    return NUMBERS[process.arch]
  }
  throw new UnsupportedPlatformError('start a process as another user')
}

/** gid_t is unsigned. */
function unsigned(ids: ArrayLike<number>): number[] {
  return Array.from(ids, (id) => id >>> 0)
}
