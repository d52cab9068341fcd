import { query } from '../command.ts'
import { ERRNO } from '../errno.ts'
import { RequestError } from '../request-error.ts'

/** `listen`: events come over their own endpoint, so circusd refuses it. Circus docs: commands/listen. */
export const listen = query({
  name: 'listen',
  access: 'read',
  summary: 'Subscribe to a watcher event',
  words: [],
  flags: [],
  properties: () => ({}),
  parse: () => null,
  answer: (): never => {
    throw new RequestError(ERRNO.messageInvalid, 'invalid message. use a pub/sub socket')
  },
  text: () => '',
})
