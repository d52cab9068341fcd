import { boolean } from './option-types.ts'
import { value, wrong, type OptionType } from './option-type.ts'

/** `auto`, or a yes or no. */
export const listenPid: OptionType<'auto' | boolean> = {
  mayBe: 'auto, true or false',
  unit: null,
  isText: false,
  parse(text, platform) {
    if (text.toLowerCase() === 'auto') return value('auto')
    const parsed = boolean.parse(text, platform)
    return parsed.ok ? parsed : wrong('is not known')
  },
  toWire: (value) => value,
}
