/**
 * Process file descriptors (pidfd_open(2), pidfd_send_signal(2); Linux 5.3 and 5.1).
 *
 * Guaranteed: a descriptor means the process which had the pid when it was opened, also when the number is used again; it
 * is close-on-exec. A zombie can be opened and signalled like a living process.
 * Not guaranteed: that there are any: older kernels, other systems and some seccomp filters have none.
 */
import { getSystemErrorName } from 'node:util'
import { call } from './libc.ts'
import { checked } from './system-error.ts'
import { UnsupportedPlatformError } from './unsupported-platform-error.ts'

/** System calls added since Linux 5.1 have the same number on every architecture. */
const SYS_PIDFD_SEND_SIGNAL = 424
const SYS_PIDFD_OPEN = 434

/** A descriptor, to be closed by the caller; `gone` if there is no such process, undefined if there are no such descriptors here. */
export function openPidfd(pid: number): number | 'gone' | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    const result = call('long syscall(long, ...)', SYS_PIDFD_OPEN, 'int', pid, 'uint', 0)
    if (result >= 0) return result
    return getSystemErrorName(result) === 'ESRCH' ? 'gone' : undefined
  } catch (error) {
    if (error instanceof UnsupportedPlatformError) return undefined
    throw error
  }
}

/**
 * Signals the process behind a descriptor.
 * @param pid Its pid, for the message of an error.
 * @throws {SystemError} EPERM, EINVAL.
 */
export function signalPidfd(pidfd: number, pid: number, signal: number): 'sent' | 'gone' {
  const target = ['int', pidfd, 'int', signal, 'long', 0, 'uint', 0] as const
  const result = call('long syscall(long, ...)', SYS_PIDFD_SEND_SIGNAL, ...target)
  if (result < 0 && getSystemErrorName(result) === 'ESRCH') return 'gone'
  checked(result, 'pidfd_send_signal', `send signal ${signal} to process ${pid}`)
  return 'sent'
}
