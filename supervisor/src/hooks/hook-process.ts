import { killGroup } from '../os/signal.ts'
import type { HookLog } from './hook-log.ts'
import { oneLine } from './one-line.ts'

/** A process in which hooks run. */
export interface HookProcess {
  /** Resolves when it was reaped, or could not be started. */
  readonly ended: Promise<void>
  /** Fails the calls under way with this reason and ends the process with its group. Idempotent. */
  kill(reason: string): void
}

/** SIGKILL to the group of a process which was not reaped yet. A failure (a setuid program of another user) is only logged. */
export function endGroup(pid: number, log: HookLog): void {
  try {
    killGroup(pid)
  } catch (error) {
    log.say(oneLine(error))
  }
}
