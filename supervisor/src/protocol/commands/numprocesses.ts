import { query } from '../command.ts'
import { findWatcher } from '../find-watcher.ts'
import { optionalText } from '../properties.ts'
import { pythonText } from '../python.ts'

export interface NumprocessesProperties {
  readonly name?: string
}

export interface NumprocessesReply {
  readonly numprocesses: number
  /** The name as the request spelled it. */
  readonly watcher_name?: string
}

/** `numprocesses`: how many processes there are, of all watchers or of one. Circus docs: commands/numprocesses. */
export const numprocesses = query({
  name: 'numprocesses',
  access: 'read',
  summary: 'Get the number of processes',
  words: ['[NAME]'],
  flags: [],
  properties: ({ words }) => ({ name: words[0] }),
  parse: (properties) => ({ name: optionalText(properties, 'name') }),
  answer: ({ name }, view): NumprocessesReply => {
    if (name !== null) {
      return { numprocesses: findWatcher(view, name).processes.length, watcher_name: name }
    }
    const counts = view.arbiter.watchers.map(({ processes }) => processes.length)
    return { numprocesses: counts.reduce((sum, count) => sum + count, 0) }
  },
  text: (reply) => pythonText(reply['numprocesses']),
})
