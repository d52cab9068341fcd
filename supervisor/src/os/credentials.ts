/**
 * Starting a child as another user, with that user's supplementary groups (credentials(7), capabilities(7)).
 *
 * libuv changes the user in the child, between fork(2) and execve(2), but first drops all supplementary groups. So the
 * groups are put on this thread, for the time of the fork, and CAP_SETGID is taken from it: the child cannot drop what it
 * has inherited, which libuv does not mind, and goes on to its setuid(2).
 * Guaranteed: only this thread changes, and only its groups; its user never does. (With the child's user on this thread,
 * the child's user could send it signals: kill(2) compares users.) The child has the four user and group ids that were
 * asked for and no capability. Its working directory is entered before, with our rights, as Circus does.
 * Not guaranteed: anything on other systems than Linux, where a change is refused.
 */
import { writeSync } from 'node:fs'
import { constants } from 'node:os'
import {
  dumpable,
  type Ids,
  mayExecute,
  setDumpable,
  setThreadCapabilities,
  setThreadGroupIds,
  setThreadGroups,
  setThreadUserIds,
  threadCapabilities,
  threadGroupIds,
  threadGroups,
} from './credential-calls.ts'
import { checked, SystemError } from './system-error.ts'

/** As whom a process runs. What is null is ours. */
export interface Credentials {
  readonly uid: number | null
  readonly gid: number
  /** Supplementary groups. */
  readonly groups: readonly number[] | null
}

/** What libuv has to change in the child. */
export interface UserOption {
  readonly uid?: number
}

const ROOT = 0
const CAP_SETGID = 6
const SAME = -1

/**
 * Runs `spawn`, which has to pass its argument on to child_process.spawn, so that the child gets the credentials.
 * Without privilege our own are granted, and nothing is changed.
 * @throws {SystemError} EPERM if we are not root, or the system refuses the groups.
 * @throws {UnsupportedPlatformError} If we are root and this is not Linux.
 */
export function spawnAs<Child>(
  credentials: Credentials,
  spawn: (option: UserOption) => Child,
): Child {
  const { uid, gid, groups } = credentials
  if (!isChange(credentials)) return spawn({})
  return restoring(() => {
    const action = `run ${describe(credentials)}`
    if (groups !== null) checked(setThreadGroups(groups), 'setgroups', action)
    checked(setThreadGroupIds([gid, gid, gid]), 'setresgid', action)
    const [effective = 0, ...others] = threadCapabilities()
    const capabilities = Int32Array.of(effective & ~(1 << CAP_SETGID), ...others)
    checked(setThreadCapabilities(capabilities), 'capset', action)
    return spawn(uid === null ? {} : { uid })
  })
}

/**
 * Runs `act` with the rights of the credentials' user: our real user stays who it is, so that others cannot signal us.
 * For calls which look at the effective user only.
 * @throws {SystemError | UnsupportedPlatformError} As `spawnAs`.
 */
export function actingAs<Result>(credentials: Credentials, act: () => Result): Result {
  const { uid, gid, groups } = credentials
  if (!isChange(credentials)) return act()
  return restoring(() => {
    const action = `run ${describe(credentials)}`
    if (groups !== null) checked(setThreadGroups(groups), 'setgroups', action)
    checked(setThreadGroupIds([SAME, gid, SAME]), 'setresgid', action)
    if (uid === null) return act()
    try {
      checked(setThreadUserIds([SAME, uid, SAME]), 'setresuid', action)
      return act()
    } finally {
      restored(setThreadUserIds([SAME, ROOT, SAME]))
    }
  })
}

/** @throws {SystemError} If the credentials' user may not execute the program. */
export function requireExecutable(program: string, credentials: Credentials): void {
  const result = actingAs(credentials, () => mayExecute(program))
  checked(result, 'faccessat', `execute it ${describe(credentials)}`)
}

/** 'as user 33 with group 33' */
export function describe({ uid, gid }: Credentials): string {
  return uid === null ? `with group ${gid}` : `as user ${uid} with group ${gid}`
}

function isChange(credentials: Credentials): boolean {
  const own = process.geteuid?.()
  if (own === ROOT) return true
  const { uid, gid } = credentials
  if ((uid === null || uid === own) && gid === process.getegid?.()) return false
  const hint = `only root can change that, and circusd runs as user ${own}`
  const errno = -constants.errno.EPERM
  throw new SystemError(`run ${describe(credentials)}`, 'setuid', errno, { hint })
}

function restoring<Result>(act: () => Result): Result {
  const groups = threadGroups()
  const groupIds: Ids = threadGroupIds()
  const capabilities = threadCapabilities()
  const wasDumpable = dumpable()
  try {
    return act()
  } finally {
    restored(setThreadCapabilities(capabilities))
    restored(setThreadGroupIds(groupIds))
    restored(setThreadGroups(groups))
    if (wasDumpable === 1) restored(setDumpable(1))
  }
}

/** Whoever goes on with rights that are not its own does harm which nobody sees. */
function restored(result: number): void {
  if (result >= 0) return
  writeSync(
    2,
    `circusd: cannot take its own rights back after a spawn (error ${-result}); it ends\n`,
  )
  process.abort()
}
