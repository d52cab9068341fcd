import type { WatcherStatus } from '../../core/watcher-state.ts'
import { query } from '../command.ts'
import { findWatcher } from '../find-watcher.ts'
import { optionalText } from '../properties.ts'
import { pythonText } from '../python.ts'
import { isRecord } from '../record.ts'

export interface StatusProperties {
  readonly name?: string
}

/** `statuses` without a name; with one, `status` holds the state of that watcher in the place of `ok`. */
export interface StatusReply {
  readonly status?: WatcherStatus
  readonly statuses?: Readonly<Record<string, WatcherStatus>>
}

/** `status`: what all watchers are, by their names as they are spelled, or what one is. Circus docs: commands/status. */
export const status = query({
  name: 'status',
  summary: 'Get the status of a watcher or all watchers',
  words: ['[NAME]'],
  flags: [],
  properties: ({ words }) => ({ name: words[0] }),
  parse: (properties) => ({ name: optionalText(properties, 'name') }),
  answer: ({ name }, view): StatusReply => {
    if (name !== null) return { status: findWatcher(view, name).is }
    const statuses = view.arbiter.watchers.map(({ policy, is }) => [policy.name, is] as const)
    return { statuses: Object.fromEntries(statuses) }
  },
  text: (reply) => {
    const { statuses } = reply
    if (!isRecord(statuses)) return pythonText(reply['status'])
    return Object.keys(statuses)
      .toSorted()
      .map((name) => `${name}: ${pythonText(statuses[name])}`)
      .join('\n')
  },
})
