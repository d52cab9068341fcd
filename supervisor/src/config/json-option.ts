import { FLAPPING_PREFIX } from './flapping-options.ts'
import { HOOKS_PREFIX } from './hook-options.ts'
import { optionNature, streamPrefixes } from './option-names.ts'
import { watcherTable } from './option-table.ts'
import type { OptionTable } from './option-row.ts'
import { RLIMIT_PREFIX } from './resource-limits.ts'

/** What one option of a request becomes: texts as a file would have them, by name; null: the option is not set any more. */
export interface OptionTexts {
  readonly texts: ReadonlyMap<string, string | null>
  /** Options whose names begin so are not set any more, apart from those of `texts`. */
  readonly clears: string | null
}

export type JsonOption =
  | ({ readonly ok: true } & OptionTexts)
  /** A whole sentence; Circus' own where it has one. */
  | { readonly ok: false; readonly wrong: string }

/** What JSON may hold for an option. `any`: text, a number, a boolean or a list of texts. */
type Kind =
  | 'integer'
  | 'number'
  | 'boolean'
  | 'signal'
  | 'account'
  | 'text'
  | 'words'
  | 'limit'
  | 'any'

/** Circus: commands/util.py, validate_option. The options which it does not take are of kind `any`, texts aside. */
const KINDS: Readonly<Record<string, Kind>> = {
  numprocesses: 'integer',
  max_retry: 'integer',
  max_age: 'integer',
  max_age_variance: 'integer',
  warmup_delay: 'number',
  graceful_timeout: 'number',
  send_hup: 'boolean',
  stop_children: 'boolean',
  shell: 'boolean',
  copy_env: 'boolean',
  respawn: 'boolean',
  singleton: 'boolean',
  close_child_stdin: 'boolean',
  close_child_stdout: 'boolean',
  close_child_stderr: 'boolean',
  stop_signal: 'signal',
  uid: 'account',
  gid: 'account',
  cmd: 'words',
  args: 'words',
}

const TABLE: OptionTable = watcherTable

/** Options whose value is an object, of which each entry is an option of its own. */
const OBJECTS: readonly string[] = ['hooks', ...streamPrefixes]

/**
 * The texts for one option of `add` or `set`. `env` is not one of them, because in a file it is a section of its own. Circus
 * docs: commands/set.
 */
export function readJsonOption(key: string, json: unknown): JsonOption {
  if (OBJECTS.includes(key)) return readObject(key, json)
  if (key === 'retry_in') {
    return wrong("'retry_in' has no effect in Circus; here it is 'flapping.retry_in'")
  }
  if (!isOption(key)) return wrong(`unknown key '${key}'`)
  if (json === null && mayBeUnset(key))
    return { ok: true, texts: new Map([[key, null]]), clears: null }
  if (key.startsWith(HOOKS_PREFIX)) return readHook(key, json)
  const text = textOf(kindOf(key), json)
  if (text === undefined) return wrong(`'${key}' ${COMPLAINTS[kindOf(key)]}`)
  if (text.includes('\0')) return wrong(`'${key}' holds a NUL character`)
  const value = key === 'numprocesses' && text.startsWith('-') ? '0' : text
  return { ok: true, texts: new Map([[key, value]]), clears: null }
}

/** A word of a command line as the JSON that the option wants, if it can be that. */
export function jsonOfWord(key: string, word: string): unknown {
  if (!isOption(key) && !OBJECTS.includes(key)) return undefined
  switch (kindOf(key)) {
    case 'integer':
      return /^[+-]?\d+$/.test(word) ? Number(word) : undefined
    case 'number':
      return word.trim() !== '' && Number.isFinite(Number(word)) ? Number(word) : undefined
    case 'boolean':
      return TRUTHS[word.toLowerCase()]
    case 'signal':
    case 'account':
    case 'text':
    case 'words':
    case 'limit':
    case 'any':
      return word
  }
}

const TRUTHS: Readonly<Record<string, boolean>> = {
  yes: true,
  true: true,
  on: true,
  1: true,
  no: false,
  false: false,
  off: false,
  0: false,
}

/** Whether `add` and `set` take it: what a watcher's section takes, but for its name and what no table has. */
function isOption(key: string): boolean {
  if (key === 'name') return false
  const { kind } = optionNature('watcher', key)
  if (kind === 'plugin') return key.startsWith(FLAPPING_PREFIX)
  return kind === 'known' || kind === 'unsupported'
}

function mayBeUnset(key: string): boolean {
  return key === 'args' || TABLE[key]?.default === null || key.includes('.')
}

function kindOf(key: string): Kind {
  if (key.startsWith(RLIMIT_PREFIX)) return 'limit'
  const kind = Object.hasOwn(KINDS, key) ? KINDS[key] : undefined
  return kind ?? (TABLE[key]?.type.isText === true ? 'text' : 'any')
}

const COMPLAINTS: Readonly<Record<Kind, string>> = {
  integer: "isn't an integer",
  number: "isn't a number",
  boolean: "isn't a valid boolean",
  signal: "isn't an integer or a name of a signal",
  account: "isn't an integer or string",
  text: "isn't a string",
  words: "isn't a string or a list of strings",
  limit: "isn't an integer",
  any: "isn't a string, number, boolean or list of strings",
}

function textOf(kind: Kind, json: unknown): string | undefined {
  switch (kind) {
    case 'integer':
      return Number.isSafeInteger(json) ? String(json) : undefined
    case 'number':
      return Number.isFinite(json) ? String(json) : undefined
    case 'boolean':
      return typeof json === 'boolean' ? String(json) : undefined
    case 'signal':
    case 'account':
      return typeof json === 'string' ? json : textOf('integer', json)
    case 'text':
      return typeof json === 'string' ? json : undefined
    case 'words':
      return typeof json === 'string' ? json : wordsOf(json)?.map(quoted).join(' ')
    case 'limit':
      // Without a limit; Circus has null for that.
      if (json === null) return 'infinity'
      return typeof json === 'string' ? json : textOf('integer', json)
    case 'any':
      if (typeof json === 'boolean' || Number.isFinite(json)) return String(json)
      return typeof json === 'string' ? json : wordsOf(json)?.join(', ')
  }
}

function wordsOf(json: unknown): readonly string[] | undefined {
  if (!Array.isArray(json)) return undefined
  const words = json.filter((word) => typeof word === 'string')
  return words.length === json.length ? words : undefined
}

/** So that it is one word again when the text is split, whatever is in it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./$()-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/** Circus' `add` has `[target, flag]`, its `set` the text of a file. */
function readHook(key: string, json: unknown): JsonOption {
  const [target, flag, ...others]: unknown[] = Array.isArray(json) ? json : [json, false]
  if (typeof target !== 'string' || typeof flag !== 'boolean' || others.length > 0) {
    return wrong(`'${key}' isn't a string, or a list of a string and a boolean`)
  }
  const text = flag ? `${target}, true` : target
  return { ok: true, texts: new Map([[key, text]]), clears: null }
}

function readObject(key: string, json: unknown): JsonOption {
  const isStream = key !== 'hooks'
  if (json === null && isStream) return { ok: true, texts: new Map(), clears: `${key}.` }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return wrong(`'${key}' isn't a valid object`)
  }
  if (isStream && !Object.hasOwn(json, 'class')) return wrong(`'${key}' must have a 'class' key`)
  const texts = new Map<string, string | null>()
  for (const [name, value] of Object.entries(json)) {
    const option = readJsonOption(`${key}.${name}`, value)
    if (!option.ok) return option
    for (const [each, text] of option.texts) texts.set(each, text)
  }
  return { ok: true, texts, clears: isStream ? `${key}.` : null }
}

function wrong(wrong: string): JsonOption {
  return { ok: false, wrong }
}
