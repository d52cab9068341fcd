/**
 * How urgent a process is (nice(2), setpriority(2)).
 *
 * Guaranteed: it passes through execve(2), and children begin with it.
 * Not guaranteed: that it can be lowered: that takes CAP_SYS_NICE or RLIMIT_NICE. Root without that capability, as in most
 * containers, cannot even raise it for another user; that user can.
 */
import { constants } from 'node:os'
import { actingAs, type Credentials } from './credentials.ts'
import { call } from './libc.ts'
import { checked } from './system-error.ts'

const PRIO_PROCESS = 0

/**
 * Sets the niceness of a process.
 * @param nice -20 (urgent) to 19.
 * @param credentials As whom the process runs, if not as we do.
 * @throws {SystemError} EACCES, EPERM.
 */
export function setNiceness(pid: number, nice: number, credentials: Credentials | null): void {
  const set = (): number => call('int setpriority(int, uint32_t, int)', PRIO_PROCESS, pid, nice)
  let result = set()
  if (result === -constants.errno.EPERM && credentials !== null) {
    result = actingAs(credentials, set)
  }
  const hint = 'to be more urgent than circusd takes CAP_SYS_NICE'
  checked(result, 'setpriority', `set nice to ${nice}`, () => hint)
}
