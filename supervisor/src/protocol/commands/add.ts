import { readNewWatcher, type JsonOptions } from '../../config/watcher-from-json.ts'
import { operation } from '../command.ts'
import { UsageError } from '../command-line.ts'
import { ERRNO } from '../errno.ts'
import { readOrRefuse } from '../new-options.ts'
import { notesText } from '../notes.ts'
import { flag, record, text, type Properties } from '../properties.ts'
import { pythonRepr } from '../python.ts'
import { RequestError } from '../request-error.ts'
import type { ArbiterView } from '../view.ts'

export interface AddProperties {
  readonly name: string
  /** Split into words as in a file; a list is taken word by word. */
  readonly cmd: string | readonly string[]
  readonly args?: string | readonly string[]
  /** By their names in files. `env` is the whole environment. */
  readonly options?: JsonOptions
  /** Default false. */
  readonly start?: boolean
  readonly waiting?: boolean
}

/** Empty unless it was started and somebody waited. */
export interface AddReply {
  readonly started?: readonly number[]
  readonly kept?: readonly number[]
}

/**
 * `add`: a new watcher, until circusd or everything is restarted: no file has it. Circus docs: commands/add. Its options are
 * read as those of a file are, all of them.
 */
export const add = operation({
  name: 'add',
  access: 'admin',
  summary: 'Add a watcher',
  words: ['NAME', 'CMD...'],
  flags: [
    { name: 'start', takes: null, summary: 'start it, too' },
    { name: 'waiting', takes: null, summary: 'wait until it is started' },
  ],
  properties: ({ words: [name, ...cmd], flags }) => {
    if (cmd.length === 0) throw new UsageError('Cannot add nothing: CMD is missing')
    const [start, waiting] = [flags['start'] === true, flags['waiting'] === true]
    return { name, cmd: cmd.join(' '), start, waiting, options: {} }
  },
  parse: (properties) => ({
    name: text(properties, 'name'),
    json: optionsOf(properties),
    start: flag(properties, 'start', false),
    waiting: flag(properties, 'waiting', false),
  }),
  event: ({ name, json, start }, job, view) => {
    rejectName(name, view)
    const { definitions: watchers, watcherContext: context } = view
    const read = readOrRefuse(readNewWatcher(name, json, { context, watchers }))
    const { watcher: define, notes } = read
    const event = { type: 'addWatcher', policy: define, request: { job, start } } as const
    return { type: 'definition', define, event, notes }
  },
  reply: ({ started, kept }): AddReply =>
    started === undefined || kept === undefined ? {} : { started, kept },
  text: notesText,
})

function optionsOf(properties: Properties): JsonOptions {
  const options =
    properties['options'] === undefined || properties['options'] === null
      ? {}
      : record(properties, 'options')
  const { cmd, args } = properties
  if (cmd === undefined) text(properties, 'cmd')
  for (const key of ['cmd', 'args']) {
    if (options[key] === undefined || properties[key] === undefined) continue
    throw new RequestError(
      ERRNO.messageInvalid,
      `message invalid '${key}' is given twice, also in options`,
    )
  }
  return args === undefined ? { ...options, cmd } : { ...options, cmd, args }
}

/** Circus answers ok to an empty name, and adds nothing. */
function rejectName(name: string, { arbiter }: ArbiterView): void {
  if (!/^[^\p{Cc}/]{1,255}$/u.test(name) || name.trim() !== name) {
    const rule = 'must have 1 to 255 characters, no slash, and no blank at its ends'
    throw new RequestError(ERRNO.messageInvalid, `message invalid 'name' ${rule}`)
  }
  const lowered = name.toLowerCase()
  if (arbiter.watchers.some(({ policy }) => policy.name.toLowerCase() === lowered)) {
    throw new RequestError(ERRNO.conflict, `${pythonRepr(name)} already exist`)
  }
}
