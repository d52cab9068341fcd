import type { LogLevel } from '../core/effect.ts'

/** Where the lines of the daemon's log go. */
export interface LogTarget {
  /**
   * Never waits and never throws.
   * @returns false if the line was dropped
   */
  readonly write: (level: LogLevel, message: string) => boolean
  /**
   * Makes a new start: opens the file anew, connects again.
   * @throws {SystemError} If it cannot; lines then go where they went before.
   */
  readonly reopen: () => void
}
