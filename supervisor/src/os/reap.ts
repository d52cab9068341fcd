/**
 * Reaping a child (waitpid(2)).
 *
 * Guaranteed: only a dead child of the calling thread is reaped, at once or not at all; what other threads have spawned is
 * out of reach (__WNOTHREAD).
 * Not guaranteed: that nobody else waits for it. libuv waits for what child_process has spawned, and whoever takes an exit
 * status away from it makes a process that never exits: see arbiter/orphans.ts for how that is ruled out.
 */
import { call } from './libc.ts'

const WNOHANG = 1
const __WNOTHREAD = 0x20000000

/** Takes a dead child off the process table; false if it is not dead, or not ours. */
export function reap(pid: number): boolean {
  const status = new Int32Array(1)
  return call('int waitpid(int, void *, int)', pid, status, WNOHANG | __WNOTHREAD) === pid
}
