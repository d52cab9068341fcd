/**
 * Limits of what a process may use (getrlimit(2), prlimit(2)).
 *
 * Guaranteed: limits belong to the process, pass through execve(2) and to its children, and take exactly the number given,
 * without the units and the rounding of a shell's `ulimit`.
 * Not guaranteed: that they can be had. Raising a hard limit, and limiting a process of another user, takes
 * CAP_SYS_RESOURCE, which root lacks in most containers; `nofile` ends at fs.nr_open even then.
 * Only Linux can limit a process from outside.
 */
import { spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import type { Credentials } from './credentials.ts'
import { call } from './libc.ts'
import { checked } from './system-error.ts'
import { UnsupportedPlatformError } from './unsupported-platform-error.ts'

/** One limit, soft and hard alike, as Circus sets them. */
export interface ResourceLimit {
  /** As in prlimit(1): `nofile`. */
  readonly resource: string
  /** In the unit of the resource (mostly bytes, seconds or a count), >= 0. */
  readonly limit: number | 'infinity'
}

/** RLIMIT_* of asm-generic/resource.h. */
const RESOURCES: ReadonlyMap<string, number> = new Map([
  ['cpu', 0],
  ['fsize', 1],
  ['data', 2],
  ['stack', 3],
  ['core', 4],
  ['rss', 5],
  ['nproc', 6],
  ['nofile', 7],
  ['memlock', 8],
  ['as', 9],
  ['locks', 10],
  ['sigpending', 11],
  ['msgqueue', 12],
  ['nice', 13],
  ['rtprio', 14],
  ['rttime', 15],
])

const RLIM_INFINITY = 2n ** 64n - 1n

/**
 * Limits a process which has our limits. `nofile` without end, which the kernel refuses, means the hard limit, as in Circus.
 * @param credentials As whom the process runs, if not as we do.
 * @throws {SystemError} EPERM, EINVAL: "Cannot set rlimit_nofile to 9: ..., the hard limit is 4".
 * @throws {RangeError} If there is no such resource.
 * @throws {UnsupportedPlatformError}
 */
export function limitResource(
  pid: number,
  { resource, limit }: ResourceLimit,
  credentials: Credentials | null,
): void {
  const number = RESOURCES.get(resource)
  if (number === undefined) {
    throw new RangeError(`Cannot set rlimit_${resource}: there is no such resource`)
  }
  if (process.platform !== 'linux') throw new UnsupportedPlatformError(`set rlimit_${resource}`)
  const hard = hardLimit(number)
  const isAsManyAsPossible = resource === 'nofile' && limit === 'infinity'
  const value = limit === 'infinity' ? RLIM_INFINITY : BigInt(limit)
  let result = setLimit(pid, number, value)
  if (result < 0 && isAsManyAsPossible) result = setLimit(pid, number, hard)
  if (result === -constants.errno.EPERM && credentials !== null) {
    const within = isAsManyAsPossible ? hard : value
    if (within <= hard && limitAsUser(pid, resource, within, credentials)) return
  }
  checked(result, 'prlimit', `set rlimit_${resource} to ${limit}`, () => {
    const allowed = hard === RLIM_INFINITY ? 'infinity' : hard
    return value > hard
      ? `the hard limit is ${allowed}, and to go beyond takes CAP_SYS_RESOURCE`
      : 'for a process of another user it takes CAP_SYS_RESOURCE, or the program prlimit'
  })
}

/**
 * Root without CAP_SYS_RESOURCE, as in most containers, may not limit a process of another user; that user may. To be that
 * user ourselves, if only for this call, would let it signal us, so prlimit(1) is. Takes about 2 ms.
 */
function limitAsUser(
  pid: number,
  resource: string,
  value: bigint,
  { uid, gid }: Credentials,
): boolean {
  const text = value === RLIM_INFINITY ? 'unlimited' : String(value)
  const words = ['--pid', String(pid), `--${resource}=${text}:${text}`]
  const user = uid === null ? { gid } : { uid, gid }
  const env = { PATH: '/usr/bin:/bin' }
  return spawnSync('prlimit', words, { ...user, env, stdio: 'ignore', cwd: '/' }).status === 0
}

function setLimit(pid: number, resource: number, value: bigint): number {
  const limits = BigUint64Array.of(value, value)
  return prlimit(pid, resource, new Uint8Array(limits.buffer), NONE)
}

/** Of our own, which is that of every process we start. */
function hardLimit(resource: number): bigint {
  const limits = new BigUint64Array(2)
  prlimit(OURSELVES, resource, NONE, new Uint8Array(limits.buffer))
  const [, hard = 0n] = limits
  return hard
}

const OURSELVES = 0
/** A null pointer. */
const NONE = 0

function prlimit(
  pid: number,
  resource: number,
  limits: Uint8Array | 0,
  before: Uint8Array | 0,
): number {
  return call('int prlimit(int, int, const void *, void *)', pid, resource, limits, before)
}
