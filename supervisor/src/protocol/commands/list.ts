import { pidsOf } from '../../core/watcher-state.ts'
import { query } from '../command.ts'
import { findWatcher } from '../find-watcher.ts'
import { optionalText } from '../properties.ts'

export interface ListProperties {
  readonly name?: string
}

/** `watchers` without a name, `pids` with one. */
export interface ListReply {
  readonly watchers?: readonly string[]
  readonly pids?: readonly number[]
}

/** `list`: the names of all watchers, lower-cased and sorted, or the pids of one. Circus docs: commands/list. */
export const list = query({
  name: 'list',
  access: 'read',
  summary: 'Get list of watchers or processes in a watcher',
  words: ['[NAME]'],
  flags: [],
  properties: ({ words }) => ({ name: words[0] }),
  parse: (properties) => ({ name: optionalText(properties, 'name') }),
  answer: ({ name }, view): ListReply => {
    if (name !== null) return { pids: pidsOf(findWatcher(view, name)) }
    const names = view.arbiter.watchers.map(({ policy }) => policy.name.toLowerCase())
    return { watchers: names.toSorted() }
  },
  text: ({ watchers, pids }) => [watchers ?? pids].flat().join(','),
})
