import { boolean } from './option-types.ts'
import { value, wrong, type OptionType } from './option-type.ts'

/** A yes or no, as in Circus, or names of sockets, separated by commas or blanks; names are lower-cased. */
export const useSockets: OptionType<boolean | readonly string[]> = {
  mayBe: 'true, false, or names of sockets separated by commas',
  unit: null,
  isText: false,
  parse(text, platform) {
    const parsed = boolean.parse(text, platform)
    if (parsed.ok) return parsed
    const names = text
      .toLowerCase()
      .split(/[\s,]+/)
      .filter((name) => name !== '')
    return names.length > 0 ? value(names) : wrong('names no socket')
  },
  toWire: (value) => value,
}
