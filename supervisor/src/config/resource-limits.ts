import type { IniOption } from './ini.ts'
import { nearestName } from './nearest-name.ts'
import { value, wrong, type OptionType } from './option-type.ts'
import { errorAt, warningAt } from './problem.ts'
import { expandText } from './read-options.ts'
import type { Reading } from './reading.ts'
import { showValue } from './show-value.ts'

/** The resources which Linux limits, as `rlimit_NAME` and prlimit(1) name them; getrlimit(2). */
export const RESOURCES: readonly string[] = [
  'as',
  'core',
  'cpu',
  'data',
  'fsize',
  'locks',
  'memlock',
  'msgqueue',
  'nice',
  'nofile',
  'nproc',
  'rss',
  'rtprio',
  'rttime',
  'sigpending',
  'stack',
]

/** One `rlimit_NAME` of a watcher: soft and hard limit alike. */
export interface ResourceLimit {
  /** One of `RESOURCES`. */
  readonly resource: string
  /** In the unit of the resource (mostly bytes, seconds or a count), >= 0. */
  readonly limit: number | 'infinity'
}

/** What stands before the resource, whose case does not count. */
export const RLIMIT_PREFIX = 'rlimit_'

/** A number, or what stands for no limit: nothing or -1, as in Circus, and the words of ulimit and prlimit. */
export const resourceLimit: OptionType<ResourceLimit['limit']> = {
  mayBe: 'a whole number, at least 0, or infinity (also unlimited, -1 or empty)',
  unit: null,
  isText: false,
  parse(text) {
    if (['', '-1', 'infinity', 'unlimited'].includes(text.toLowerCase())) return value('infinity')
    if (!/^\+?\d+(?:_\d+)*$/.test(text)) return wrong('is no limit')
    const number = Number(text.replaceAll('_', ''))
    return Number.isSafeInteger(number) ? value(number) : wrong('is too large', 'write infinity')
  },
  toWire: (value) => value,
}

/** The `rlimit_NAME` options of a watcher, in their order. Circus finds out about an unknown one in the forked child. */
export function readResourceLimits(
  options: ReadonlyMap<string, IniOption>,
  reading: Reading,
): readonly ResourceLimit[] {
  const limits = new Map<string, { option: IniOption; limit: ResourceLimit['limit'] }>()
  for (const option of options.values()) {
    if (!option.name.startsWith(RLIMIT_PREFIX)) continue
    const resource = option.name.slice(RLIMIT_PREFIX.length).toLowerCase()
    const first = limits.get(resource)
    if (!RESOURCES.includes(resource)) {
      reading.report(errorAt(option, unknownResource(option.name, resource)))
    } else if (first === undefined) {
      limits.set(resource, { option, limit: readLimit(option, reading) })
    } else {
      const place = `${first.option.file}:${first.option.line}`
      const message = `${option.name}: is already set as ${first.option.name} at ${place}, and the first value counts; remove one of the two`
      reading.report(warningAt(option, message))
    }
  }
  return Array.from(limits, ([resource, { limit }]) => ({ resource, limit }))
}

function readLimit(option: IniOption, reading: Reading): ResourceLimit['limit'] {
  const text = expandText(option, reading.variables, reading)
  const parsed = resourceLimit.parse(text, reading.platform)
  if (parsed.ok) return parsed.value
  const advice = parsed.instead ?? `it may be ${resourceLimit.mayBe}`
  reading.report(errorAt(option, `${option.name}: ${showValue(text)} ${parsed.wrong}; ${advice}`))
  return 'infinity'
}

function unknownResource(name: string, resource: string): string {
  const nearest = nearestName(resource, RESOURCES)
  const advice =
    nearest === undefined
      ? `the limits are ${RESOURCES.join(', ')}`
      : `did you mean ${RLIMIT_PREFIX}${nearest}?`
  return `${name}: is no limit of the system; ${advice}`
}
