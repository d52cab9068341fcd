import type { Milliseconds } from './policy.ts'

/** Part of a pause that chance may take away, so that slots which died together do not come back together. */
const JITTER = 0.25

/**
 * The pause before the next try after `failures` failures in a row: doubles from `minMs` up to `maxMs`,
 * shortened by up to a quarter at random.
 * @param failures Failures in a row, >= 0; 0 means no pause.
 */
export function backoffDelay(
  failures: number,
  limits: { readonly minMs: Milliseconds; readonly maxMs: Milliseconds },
  chance: number,
): Milliseconds {
  if (failures <= 0) return 0
  const full = Math.min(limits.maxMs, limits.minMs * 2 ** Math.min(failures - 1, 30))
  return full * (1 - JITTER * chance)
}
