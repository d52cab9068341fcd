/**
 * The middle of the values; of an even number, the mean of the two in the middle.
 * @throws {RangeError} If there are none.
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  if (upper === undefined || lower === undefined) throw new RangeError('Cannot take median of none')
  return (lower + upper) / 2
}

/**
 * The smallest value that is not exceeded by this share of the values (nearest rank).
 * @param share Above 0, at most 1: 0.99 for p99.
 * @throws {RangeError} If there are none.
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const found = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
  if (found === undefined) throw new RangeError('Cannot take percentile of none')
  return found
}
