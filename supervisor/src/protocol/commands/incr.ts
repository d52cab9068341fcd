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

/** `incr`: adds `nb` processes to a watcher (default 1). Circus docs: commands/incr. */
export const incr = operation({
  name: 'incr',
  access: 'operate',
  summary: 'Increment the number of processes in a watcher',
  words: resizeWords,
  flags: resizeFlags,
  properties: resizeProperties,
  parse: parseResize,
  event: ({ name, nb }, job, view) => resizeEvent(name, nb, job, view),
  reply: ({ numprocesses }): ResizeReply => (numprocesses === undefined ? {} : { numprocesses }),
  text: resizeText,
})
