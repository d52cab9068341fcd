import { query } from '../command.ts'
import { ERRNO } from '../errno.ts'
import { optionLines } from '../option-lines.ts'
import { optionalText } from '../properties.ts'
import { RequestError } from '../request-error.ts'

export interface GlobaloptionsProperties {
  /** One of the options; all if it is missing. */
  readonly option?: string
}

export interface GlobaloptionsReply {
  readonly options: Readonly<Record<string, unknown>>
}

/** `globaloptions`: the options of circusd itself. Circus docs: commands/globaloptions. */
export const globaloptions = query({
  name: 'globaloptions',
  access: 'read',
  summary: 'Get the arbiter options',
  words: ['[OPTION]'],
  flags: [],
  properties: ({ words }) => ({ option: words[0] }),
  parse: (properties) => ({ option: optionalText(properties, 'option') }),
  answer: ({ option }, { globalOptions }): GlobaloptionsReply => {
    if (option === null) return { options: globalOptions }
    if (!Object.hasOwn(globalOptions, option)) {
      throw new RequestError(ERRNO.messageInvalid, `'${option}' not an existing option`)
    }
    return { options: { [option]: globalOptions[option] } }
  },
  text: (reply) => optionLines(reply['options']),
})
