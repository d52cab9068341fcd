import { changedOptions, strongestOf } from '../../config/changed-options.ts'
import { jsonOfWord } from '../../config/json-option.ts'
import { readChangedWatcher, type JsonOptions } from '../../config/watcher-from-json.ts'
import { operation } from '../command.ts'
import { UsageError, waitingFlag } from '../command-line.ts'
import { findWatcher, unknownWatcher } from '../find-watcher.ts'
import { readOrRefuse } from '../new-options.ts'
import { notesText } from '../notes.ts'
import { flag, record, text } from '../properties.ts'

export interface SetProperties {
  readonly name: string
  /** By their names in files. `env` is the whole environment. */
  readonly options: JsonOptions
  readonly waiting?: boolean
}

/**
 * `set`: other options for a watcher, all of them or none. What runs is reloaded gracefully, once, if an option has changed
 * that cannot come into effect otherwise. Circus docs: commands/set.
 */
export const set = operation({
  name: 'set',
  access: 'admin',
  summary: 'Set watcher options',
  words: ['NAME', 'KEY', 'VALUE', '[KEY VALUE]...'],
  flags: [waitingFlag],
  properties: ({ words: [name, ...pairs], flags }) => ({
    name,
    options: optionsOf(pairs),
    waiting: flags['waiting'] === true,
  }),
  parse: (properties) => ({
    name: text(properties, 'name'),
    json: record(properties, 'options'),
    waiting: flag(properties, 'waiting', false),
  }),
  event: ({ name, json }, job, view) => {
    const { policy } = findWatcher(view, name)
    const { definitions: watchers, watcherContext: context } = view
    const before = watchers.find((one) => one.name === policy.name)
    if (before === undefined) throw unknownWatcher(name)
    const { numprocesses } = policy
    const neighbours = { context, watchers }
    const read = readOrRefuse(readChangedWatcher(before, numprocesses, json, neighbours))
    const { watcher: define, notes } = read
    const reloads = strongestOf(changedOptions(before, define)) !== 'live'
    const keys = Object.keys(json)
    const command = { kind: 'change', job, policy: define, keys, reloads } as const
    const event = { type: 'command', watcher: policy.name, command } as const
    return { type: 'definition', define, event, notes }
  },
  reply: () => ({}),
  text: notesText,
})

/** @throws {UsageError} If a key has no value, or one that is nothing for it. */
function optionsOf(pairs: readonly string[]): JsonOptions {
  if (pairs.length % 2 !== 0) throw new UsageError('Invalid number of arguments')
  const options: Record<string, unknown> = {}
  for (let index = 0; index < pairs.length; index += 2) {
    const [word = '', value = ''] = pairs.slice(index, index + 2)
    const key = word.toLowerCase()
    options[key] = valueOf(key, value)
  }
  return options
}

function valueOf(key: string, word: string): unknown {
  if (key === 'env') return pairsOf(word, '=')
  if (key === 'hooks') return pairsOf(word, ':')
  const value = jsonOfWord(key, word)
  if (value === undefined) {
    const isKnown = jsonOfWord(key, '1') !== undefined
    throw new UsageError(isKnown ? `Cannot set ${key} to "${word}"` : `unknown key '${key}'`)
  }
  return value
}

/** `A=1,B=2`, or `before_start:TARGET,after_stop:TARGET`. A value that holds a comma must go into a file, or over the wire. */
function pairsOf(word: string, mark: string): Readonly<Record<string, string>> {
  const pairs = word.split(',').map((pair) => {
    const at = pair.indexOf(mark)
    if (at < 1) throw new UsageError(`Cannot use "${pair}": must be NAME${mark}VALUE`)
    return [pair.slice(0, at), pair.slice(at + 1)] as const
  })
  return Object.fromEntries(word === '' ? [] : pairs)
}
