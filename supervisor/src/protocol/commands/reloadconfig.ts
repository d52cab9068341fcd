import { operation } from '../command.ts'
import { waitingFlag } from '../command-line.ts'
import { flag } from '../properties.ts'
import { notesText } from '../notes.ts'

export interface ReloadconfigProperties {
  readonly waiting?: boolean
}

/**
 * `reloadconfig`: reads the configuration files anew and changes what has changed in them; everything else runs on. Circus
 * docs: commands/reloadconfig.
 */
export const reloadconfig = operation({
  name: 'reloadconfig',
  access: 'admin',
  summary: 'Reload the configuration file',
  words: [],
  flags: [waitingFlag],
  properties: ({ flags }) => ({ waiting: flags['waiting'] === true }),
  parse: (properties) => ({ waiting: flag(properties, 'waiting', false) }),
  event: (_request, job) => ({ type: 'reloadConfiguration', job }),
  reply: () => ({}),
  text: notesText,
})
