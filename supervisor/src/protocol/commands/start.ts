import { operation } from '../command.ts'
import {
  infoReply,
  parseSelection,
  selectionEvent,
  selectionFlags,
  selectionProperties,
} from '../selection.ts'

/** `start`: starts watchers; a running one stays as it is. Circus docs: commands/start. */
export const start = operation({
  name: 'start',
  access: 'operate',
  summary: 'Start a watcher or all watchers',
  words: ['[NAME]'],
  flags: selectionFlags,
  properties: selectionProperties,
  parse: parseSelection,
  event: (request, job, view) => selectionEvent('start', request, job, view),
  reply: infoReply,
  text: () => 'ok',
})
