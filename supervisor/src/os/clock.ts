/**
 * The two clocks.
 *
 * Guaranteed: CLOCK_MONOTONIC never goes back and is the same for all processes of one boot, so a time can be handed to
 * the next image of the daemon.
 * Not guaranteed: it does not count time asleep (suspend), and means nothing after a reboot. Wall time may jump both ways.
 */
import type { Milliseconds } from '../core/policy.ts'

/** Time for durations and deadlines, in ms with fractions, since an arbitrary point (on Linux: the boot). */
export function monotonicNow(): Milliseconds {
  return Number(process.hrtime.bigint()) / 1e6
}

/** Time for people, in ms since 1970 UTC. */
export function wallNow(): Milliseconds {
  return Date.now()
}
