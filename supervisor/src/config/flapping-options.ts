import type { Flapping } from '../core/policy.ts'
import type { IniOption } from './ini.ts'
import { flappingTable } from './option-table.ts'
import { readOptions } from './read-options.ts'
import type { Reading } from './reading.ts'

export const FLAPPING_PREFIX = 'flapping.'

/** The `flapping.*` options of a watcher; null if none is given, or if `flapping.active` is false. */
export function readFlapping(
  options: ReadonlyMap<string, IniOption>,
  reading: Reading,
): Flapping | null {
  const { isActive, ...flapping } = readOptions(flappingTable, options, reading, FLAPPING_PREFIX)
  const isGiven = Object.keys(flappingTable).some((name) => options.has(FLAPPING_PREFIX + name))
  return isGiven && isActive ? flapping : null
}
