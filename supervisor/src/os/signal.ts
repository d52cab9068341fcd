/**
 * Signals: their names, and sending them (kill(2), signal(7)).
 *
 * Guaranteed: a signal is either put to the process or the call fails; ESRCH means that no such process is left, a zombie
 * still counts as one. Real-time signals run from 34 to 64 with glibc (it keeps 32 and 33 for itself).
 * Not guaranteed: that the number still means the process we started: it may be used again once the process was reaped,
 * so never signal a pid alone after its exit; `signalProcess` asks for the start time too. With musl SIGRTMIN is 35. Node reports a process which died of a real-time signal
 * as one which exited with 0. macOS has no real-time signals.
 */
import { closeSync } from 'node:fs'
import { constants } from 'node:os'
import { openPidfd, signalPidfd } from './pidfd.ts'
import { type ProcessIdentity, startTime } from './procfs.ts'
import { errorCode, toSystemError } from './system-error.ts'

const SIGRTMIN = 34
const SIGRTMAX = 64

/** What became of a signal: `gone` if there was nobody left to get it. */
export type SignalOutcome = 'sent' | 'gone'

/** Number of a signal by name: with or without SIG, any case, `RTMIN+N` and `RTMAX-N` too; undefined if there is none. */
export function signalNumber(name: string): number | undefined {
  const short = name.toUpperCase().replace(/^SIG/, '')
  const fixed = FIXED.get(short)
  if (fixed !== undefined || process.platform !== 'linux') return fixed
  const realTime = /^RT(?:(MIN)(?:\+(\d+))?|(MAX)(?:-(\d+))?)$/.exec(short)
  if (realTime === null) return undefined
  const [, min, up = '0', , down = '0'] = realTime
  const number = min === undefined ? SIGRTMAX - Number(down) : SIGRTMIN + Number(up)
  return number >= SIGRTMIN && number <= SIGRTMAX ? number : undefined
}

/** Name of a signal ('SIGTERM', 'SIGRTMIN+3'); undefined if the number is no signal here. */
export function signalName(number: number): string | undefined {
  for (const [short, fixed] of FIXED) if (fixed === number) return `SIG${short}`
  if (process.platform !== 'linux' || number < SIGRTMIN || number > SIGRTMAX) return undefined
  return number === SIGRTMIN ? 'SIGRTMIN' : `SIGRTMIN+${number - SIGRTMIN}`
}

/**
 * Sends a signal to one process. 0 sends nothing and only looks whether it could.
 * @throws {SystemError} EPERM, EINVAL.
 * @throws {RangeError} If `pid` would mean a group or everybody.
 */
export function sendSignal(pid: number, signal: number): SignalOutcome {
  return kill(requirePid(pid), signal, `process ${pid}`)
}

/**
 * Sends a signal to exactly the process (pid, start time), whoever has reaped it meanwhile; Linux only. A kernel before 5.3
 * or a seccomp filter without pidfd leaves the few microseconds between a look and kill(2).
 * @throws {SystemError} EPERM, EINVAL.
 * @throws {RangeError} If the pid would mean a group or everybody.
 */
export function signalProcess(target: ProcessIdentity, signal: number): SignalOutcome {
  const { pid } = target
  const pidfd = openPidfd(requirePid(pid))
  if (pidfd === 'gone') return 'gone'
  try {
    // The descriptor means one process for good, so what is asked after it was opened is asked of the one that gets the signal.
    if (startTime(pid) !== target.startTime) return 'gone'
    return pidfd === undefined ? sendSignal(pid, signal) : signalPidfd(pidfd, pid, signal)
  } finally {
    if (pidfd !== undefined) closeSync(pidfd)
  }
}

/**
 * SIGKILL to every process of the group which `pid` leads: a child of spawnProcess leads its own.
 * Processes which made a group or session of their own are not reached.
 * @throws {SystemError} EPERM if none of them may be signalled.
 * @throws {RangeError} If `pid` would mean more than one group.
 */
export function killGroup(pid: number): SignalOutcome {
  return kill(-requirePid(pid), constants.signals.SIGKILL, `process group ${pid}`)
}

const FIXED: ReadonlyMap<string, number> = new Map(
  Object.entries(constants.signals).map(([name, number]) => [name.slice('SIG'.length), number]),
)

/** kill(2) reads 0, -1 and other negative numbers as groups; as ours they can only be mistakes. 1 is init: -1 is everybody. */
function requirePid(pid: number): number {
  if (!Number.isSafeInteger(pid) || pid <= 1) {
    throw new RangeError(`Cannot signal process: its pid must be an integer above 1: ${pid}`)
  }
  return pid
}

function kill(target: number, signal: number, whom: string): SignalOutcome {
  try {
    process.kill(target, signal)
    return 'sent'
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return 'gone'
    throw toSystemError(error, `send ${signalName(signal) ?? `signal ${signal}`} to ${whom}`)
  }
}
