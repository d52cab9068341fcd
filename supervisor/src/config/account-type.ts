import { value, wrong, type OptionType } from './option-type.ts'

/** The highest id that stands for somebody: 2^32 - 1 means "leave it" to setuid(2) and chown(2). */
const HIGHEST_ID = 2 ** 32 - 2

/** A user or group, by name or number. Whether there is such a one is known only when a process is spawned. */
export const account: OptionType<string> = {
  mayBe: 'a name or a number',
  unit: null,
  isText: true,
  parse(text) {
    if (/^\d+$/.test(text)) return Number(text) <= HIGHEST_ID ? value(text) : wrong('is too large')
    return /^[A-Za-z_][\w.-]*\$?$/.test(text) ? value(text) : wrong('is no name of an account')
  },
  toWire: (value) => (/^\d+$/.test(value) ? Number(value) : value),
}
