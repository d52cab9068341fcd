/**
 * Keeping descriptors which we inherited ourselves from our children (fcntl(2), FD_CLOEXEC).
 *
 * Guaranteed: Node marks what it opens, and at its start what it inherited, from 3 up to the first number that is not open.
 * Not guaranteed: anything beyond that gap. A shell, a test runner or an init system which left descriptor 251 open hands
 * it to every child of ours, unless we mark it once. Descriptors opened later by native code must be marked by that code.
 */
import { readdirSync } from 'node:fs'
import { fcntl } from './descriptor-calls.ts'
import { F_SETFD, FD_CLOEXEC } from './platform.ts'

const DESCRIPTORS = process.platform === 'linux' ? '/proc/self/fd' : '/dev/fd'

/** Marks every open descriptor above 2 close-on-exec. To be called before the first spawn. */
export function markInheritedCloseOnExec(): void {
  for (const fd of readdirSync(DESCRIPTORS).map(Number)) {
    // Fails only for the descriptor by which the directory was read, which is closed by now.
    if (fd > 2) fcntl(fd, F_SETFD, FD_CLOEXEC)
  }
}
