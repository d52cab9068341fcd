import { query } from '../command.ts'
import { findWatcher } from '../find-watcher.ts'
import { maskSecrets } from '../mask-secrets.ts'
import { optionLines } from '../option-lines.ts'
import { flag, text } from '../properties.ts'
import { revealsSecrets } from '../secrets-property.ts'

export interface OptionsProperties {
  readonly name: string
  /** Shows what is masked otherwise, to admins only. Default false. Not in Circus. */
  readonly secrets?: boolean
}

export interface OptionsReply {
  /** By the names of the configuration file. Values of environment variables that look like secrets are masked. */
  readonly options: Readonly<Record<string, unknown>>
}

/** `options`: all options of a watcher. Circus docs: commands/options. */
export const options = query({
  name: 'options',
  access: 'read',
  summary: 'Get the value of all options for a watcher',
  words: ['NAME'],
  flags: [
    { name: 'secrets', takes: null, summary: 'show secret-looking values too, to admins only' },
  ],
  properties: ({ words, flags }) =>
    flags['secrets'] === true ? { name: words[0], secrets: true } : { name: words[0] },
  parse: (properties) => ({
    name: text(properties, 'name'),
    secrets: flag(properties, 'secrets', false),
  }),
  answer: ({ name, secrets }, view, role): OptionsReply => {
    const { policy } = findWatcher(view, name)
    const all = view.optionsOf(policy.name)
    return { options: revealsSecrets(secrets, role) ? all : maskSecrets(all) }
  },
  text: (reply) => optionLines(reply['options']),
})
