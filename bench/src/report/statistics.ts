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
