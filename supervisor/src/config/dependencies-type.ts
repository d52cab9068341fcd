import type { Dependency } from '../core/policy.ts'
import { value, wrong, type OptionType } from './option-type.ts'
import { splitWords } from './words.ts'

/** Names of watchers, each also with `:started` or `:ready` (the default) behind it. Whether there are such watchers is checked later. */
export const dependencies: OptionType<readonly Dependency[]> = {
  mayBe:
    'names of watchers, also with :started or :ready behind them, separated by commas or blanks; quotes keep a blank',
  unit: null,
  isText: false,
  parse(text) {
    const split = splitWords(text)
    if (!split.ok) return wrong(split.wrong)
    const names = split.words.flatMap((word) => word.split(',')).filter((name) => name !== '')
    const parsed = names.map(dependency)
    return parsed.some(({ watcher }) => watcher === '') ? wrong('names no watcher') : value(parsed)
  },
  toWire: (value) => value.map(({ watcher, until }) => `${watcher}:${until}`),
}

/** What is behind the last colon may also belong to the name. */
function dependency(text: string): Dependency {
  const colon = text.lastIndexOf(':')
  const until = colon === -1 ? '' : text.slice(colon + 1).toLowerCase()
  if (until !== 'started' && until !== 'ready') return { watcher: text, until: 'ready' }
  return { watcher: text.slice(0, colon), until }
}
