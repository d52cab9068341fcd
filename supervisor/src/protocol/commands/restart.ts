import { operation } from '../command.ts'
import {
  infoReply,
  parseSelection,
  selectionEvent,
  selectionFlags,
  selectionProperties,
} from '../selection.ts'

/** `restart`: stops watchers, then starts them. Circus docs: commands/restart. */
export const restart = operation({
  name: 'restart',
  summary: 'Restart watchers',
  words: ['[NAME]'],
  flags: selectionFlags,
  properties: selectionProperties,
  parse: parseSelection,
  event: (request, job, view) => selectionEvent('restart', request, job, view),
  reply: infoReply,
  text: () => 'ok',
})
