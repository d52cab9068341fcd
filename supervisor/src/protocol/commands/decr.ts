import { operation } from '../command.ts'
import {
  parseResize,
  resizeEvent,
  resizeFlags,
  resizeProperties,
  resizeText,
  resizeWords,
  type ResizeReply,
} from '../resize.ts'

/** `decr`: takes `nb` processes from a watcher (default 1). Circus docs: commands/decr. */
export const decr = operation({
  name: 'decr',
  access: 'operate',
  summary: 'Decrement the number of processes in a watcher',
  words: resizeWords,
  flags: resizeFlags,
  properties: resizeProperties,
  parse: parseResize,
  event: ({ name, nb }, job, view) => resizeEvent(name, -nb, job, view),
  reply: ({ numprocesses }): ResizeReply => (numprocesses === undefined ? {} : { numprocesses }),
  text: resizeText,
})
