import type { Readiness } from '../core/policy.ts'
import { nearestName } from './nearest-name.ts'
import { seconds } from './option-types.ts'
import { value, wrong, type OptionType } from './option-type.ts'

const delay = seconds({ min: 0 })

/** `auto`, `notify`, `listen`, `none`, or `delay:SECONDS`; any case. */
export const readiness: OptionType<Readiness> = {
  mayBe: 'auto, notify, listen, delay:SECONDS or none',
  unit: null,
  isText: false,
  parse(text, platform) {
    const [kind, parameter] = text.toLowerCase().split(/:(.*)/s, 2)
    if (kind === 'delay') {
      const parsed = delay.parse(parameter?.trim() ?? '', platform)
      return parsed.ok
        ? value({ kind: 'delay', delayMs: parsed.value })
        : wrong('has no valid number of seconds', 'write it as in delay:2.5')
    }
    const known = PLAIN_KINDS.find((plain) => plain === kind)
    if (known !== undefined && parameter === undefined) return value({ kind: known })
    const nearest = nearestName(text, PLAIN_KINDS)
    return wrong('is not known', nearest && `did you mean ${nearest}?`)
  },
  toWire: (value) => (value.kind === 'delay' ? `delay:${value.delayMs / 1000}` : value.kind),
}

const PLAIN_KINDS = ['auto', 'notify', 'listen', 'none'] as const
