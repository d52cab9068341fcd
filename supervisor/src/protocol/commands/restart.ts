import { operation } from '../command.ts'
import {
  infoReply,
  parseSelection,
  selectionEvent,
  selectionFlags,
  selectionProperties,
} from '../selection.ts'

/**
 * `restart`: stops watchers, then starts them. Without a name all of them, with the configuration as it is in the files then,
 * which are checked before anybody is stopped. Circus docs: commands/restart.
 */
export const restart = operation({
  name: 'restart',
  access: 'operate',
  summary: 'Restart watchers',
  words: ['[NAME]'],
  flags: selectionFlags,
  properties: selectionProperties,
  parse: parseSelection,
  event: (request, job, view) =>
    request.name === null ? { type: 'renew', job } : selectionEvent('restart', request, job, view),
  reply: infoReply,
  text: () => 'ok',
})
