import { query } from '../command.ts'
import { pythonText } from '../python.ts'

export interface NumwatchersReply {
  readonly numwatchers: number
}

/** `numwatchers`: how many watchers there are. Circus docs: commands/numwatchers. */
export const numwatchers = query({
  name: 'numwatchers',
  access: 'read',
  summary: 'Get the number of watchers',
  words: [],
  flags: [],
  properties: () => ({}),
  parse: () => null,
  answer: (_request, { arbiter }): NumwatchersReply => ({ numwatchers: arbiter.watchers.length }),
  text: (reply) => pythonText(reply['numwatchers']),
})
