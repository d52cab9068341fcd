/**
 * Whose children orphans become (PR_SET_CHILD_SUBREAPER of prctl(2); Linux 3.4).
 *
 * Guaranteed: a descendant of a subreaper whose parent dies becomes a child of the subreaper, wherever in sessions, groups
 * and cgroups it is; it goes to the main thread. PID 1 of a PID namespace is that for all processes of the namespace.
 * Not guaranteed: a word about it: nothing is sent when an orphan arrives. A descendant may be a subreaper too and keeps its own.
 */
import { call } from './libc.ts'
import { checked } from './system-error.ts'

const PR_SET_CHILD_SUBREAPER = 36

/**
 * Makes this process the one to which the orphans among its descendants fall, for as long as it lives.
 * @returns False on a system which has no such thing.
 * @throws {SystemError | UnsupportedPlatformError}
 */
export function becomeSubreaper(): boolean {
  if (process.platform !== 'linux') return false
  const result = call('int prctl(int, ...)', PR_SET_CHILD_SUBREAPER, 'ulong', 1)
  checked(result, 'prctl', 'become a child subreaper')
  return true
}
