import { query } from '../command.ts'
import { ERRNO } from '../errno.ts'
import { findWatcher } from '../find-watcher.ts'
import { maskSecrets } from '../mask-secrets.ts'
import { optionLines } from '../option-lines.ts'
import { isMissing, mustBe, text, type Properties } from '../properties.ts'
import { pythonRepr } from '../python.ts'
import { RequestError } from '../request-error.ts'

export interface GetProperties {
  readonly name: string
  /** By their names in files, as `options` shows them. */
  readonly keys: readonly string[]
}

export interface GetReply {
  readonly options: Readonly<Record<string, unknown>>
}

/** `get`: some options of a watcher. Circus docs: commands/get. */
export const get = query({
  name: 'get',
  access: 'read',
  summary: 'Get the value of specific watcher options',
  words: ['NAME', 'KEY...'],
  flags: [],
  properties: ({ words: [name, ...keys] }) => ({ name, keys }),
  parse: (properties) => ({ name: text(properties, 'name'), keys: keysOf(properties) }),
  answer: ({ name, keys }, view): GetReply => {
    const { policy } = findWatcher(view, name)
    const options = maskSecrets(view.optionsOf(policy.name))
    const unknown = keys.find((key) => !Object.hasOwn(options, key))
    if (unknown !== undefined) {
      throw new RequestError(ERRNO.messageInvalid, `${pythonRepr(unknown)} option not found`)
    }
    return { options: Object.fromEntries(keys.map((key) => [key, options[key]])) }
  },
  text: (reply) => optionLines(reply['options']),
})

function keysOf({ keys }: Properties): readonly string[] {
  if (keys === undefined) throw isMissing('keys')
  if (!Array.isArray(keys)) throw mustBe('keys', 'a list of strings')
  return keys.map((key: unknown) => {
    if (typeof key !== 'string') throw mustBe('keys', 'a list of strings')
    return key
  })
}
