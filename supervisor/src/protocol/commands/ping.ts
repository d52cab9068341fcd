import { query } from '../command.ts'

/** `ping`: whether circusd answers. Ours; a bare ok. */
export const ping = query({
  name: 'ping',
  access: 'read',
  summary: 'Ask whether circusd answers',
  words: [],
  flags: [],
  properties: () => ({}),
  parse: () => null,
  answer: () => ({}),
  text: () => 'ok',
})
