import { value, type OptionType } from './option-type.ts'

/** The name of a socket, lower-cased as Circus does. */
export const socketName: OptionType<string> = {
  mayBe: 'the name of a socket',
  unit: null,
  isText: true,
  parse: (text) => value(text.toLowerCase()),
  toWire: (value) => value,
}
