/**
 * The calls on descriptors which Node lacks, see `libc.ts` for what they give. What `socket-calls.ts` says of close-on-exec
 * holds here too.
 */
import { call } from './libc.ts'
import { F_GETFL, F_SETFD, F_SETFL, FD_CLOEXEC, platform } from './platform.ts'

/** pipe2(2), pipe(2): both ends blocking and close-on-exec; `ends` becomes [read, write]. */
export function pipe(ends: Int32Array): number {
  const { CLOEXEC } = platform()
  if (CLOEXEC !== undefined) return call('int pipe2(void *, int)', ends, CLOEXEC)
  const result = call('int pipe(void *)', ends)
  if (result === 0) for (const fd of ends) setFlags(fd, true)
  return result
}

/** fcntl(2) for a command whose argument is an int. */
export function fcntl(fd: number, command: number, value: number): number {
  return call('int fcntl(int, int, ...)', fd, command, 'int', value)
}

/** What socket(2) and pipe2(2) do in one call on Linux. */
export function setFlags(fd: number, blocking: boolean): void {
  fcntl(fd, F_SETFD, FD_CLOEXEC)
  if (!blocking) fcntl(fd, F_SETFL, fcntl(fd, F_GETFL, 0) | platform().O_NONBLOCK)
}
