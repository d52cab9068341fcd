import type { Finding, Series, Target } from './report.ts'
import { median } from './statistics.ts'

/**
 * How many times the baseline a series is: the median of the ratios of each round, so that a machine which is slower for
 * some rounds is so for both.
 * @throws {RangeError} If the two have not the same number of rounds, at least one.
 */
export function ratio(
  name: string,
  series: Series,
  baseline: Series,
  target: Target | null,
): Finding {
  const ratios = pairs(series, baseline).map(([ours, theirs]) => ours / theirs)
  return { name, unit: 'ratio', value: median(ratios), target }
}

/**
 * How much more than the baseline a series is: the median of the differences of each round.
 * @throws {RangeError} As `ratio`.
 */
export function difference(
  name: string,
  series: Series,
  baseline: Series,
  target: Target | null,
): Finding {
  const differences = pairs(series, baseline).map(([ours, theirs]) => ours - theirs)
  return { name, unit: series.unit, value: median(differences), target }
}

function pairs(series: Series, baseline: Series): readonly (readonly [number, number])[] {
  const { length } = series.samples
  if (length !== baseline.samples.length) {
    const rounds = `${length} and ${baseline.samples.length} rounds`
    throw new RangeError(`Cannot compare ${series.name} with ${baseline.name}: they have ${rounds}`)
  }
  return series.samples.map((ours, round) => [ours, baseline.samples[round] ?? Number.NaN])
}
