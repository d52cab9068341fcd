import type { Milliseconds } from './policy.ts'

/** When an event happens, and the dice for it. The core has neither a clock nor chance of its own. */
export interface Moment {
  /** Monotonic time. */
  readonly now: Milliseconds
  /** A random number, 0 <= chance < 1, used for jitter only. */
  readonly chance: number
}
