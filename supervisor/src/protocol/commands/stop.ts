import { operation } from '../command.ts'
import {
  parseSelection,
  selectionEvent,
  selectionFlags,
  selectionProperties,
} from '../selection.ts'

/** `stop`: stops watchers. Circus docs: commands/stop. */
export const stop = operation({
  name: 'stop',
  access: 'operate',
  summary: 'Stop watchers',
  words: ['[NAME]'],
  flags: selectionFlags,
  properties: selectionProperties,
  parse: parseSelection,
  event: (request, job, view) => selectionEvent('stop', request, job, view),
  // Circus says so to whoever waited for the stop of one watcher.
  reply: (_result, event) => (event.type === 'command' ? { info: null } : {}),
  text: () => 'ok',
})
