import { query } from '../command.ts'
import { findWatcher } from '../find-watcher.ts'
import { maskSecrets } from '../mask-secrets.ts'
import { optionLines } from '../option-lines.ts'
import { text } from '../properties.ts'

export interface OptionsProperties {
  readonly name: string
}

export interface OptionsReply {
  /** By the names of the configuration file. Values of environment variables that look like secrets are masked. */
  readonly options: Readonly<Record<string, unknown>>
}

/** `options`: all options of a watcher. Circus docs: commands/options. */
export const options = query({
  name: 'options',
  summary: 'Get the value of all options for a watcher',
  words: ['NAME'],
  flags: [],
  properties: ({ words }) => ({ name: words[0] }),
  parse: (properties) => ({ name: text(properties, 'name') }),
  answer: ({ name }, view): OptionsReply => {
    const { policy } = findWatcher(view, name)
    return { options: maskSecrets(view.optionsOf(policy.name)) }
  },
  text: (reply) => optionLines(reply['options']),
})
