import { operation } from '../command.ts'
import { waitingFlag } from '../command-line.ts'
import { flag } from '../properties.ts'

export interface QuitProperties {
  readonly waiting?: boolean
}

/** `quit`: stops every watcher, then circusd leaves. Circus docs: commands/quit. */
export const quit = operation({
  name: 'quit',
  access: 'admin',
  summary: 'Quit the arbiter immediately',
  words: [],
  flags: [waitingFlag],
  properties: ({ flags }) => ({ waiting: flags['waiting'] === true }),
  parse: (properties) => ({ waiting: flag(properties, 'waiting', false) }),
  event: (_request, job) => ({ type: 'quit', job }),
  reply: () => ({}),
  text: () => 'ok',
})
