import type { Environment } from './environment.ts'
import type { IniOption, IniSection } from './ini.ts'
import { readJsonOption } from './json-option.ts'
import type { WatcherOptions } from './options.ts'
import type { Problem } from './problem.ts'
import { resolveDependencies } from './resolve-dependencies.ts'
import { readWatcherSection, type WatcherContext } from './watcher-section.ts'
import type { Written } from './written.ts'

/** Options by their names in files, as JSON. */
export type JsonOptions = Readonly<Record<string, unknown>>

/** The options of a watcher, or why they cannot be. */
export type WatcherReading =
  | {
      readonly ok: true
      readonly watcher: WatcherOptions
      /** What is accepted, but not as whoever wrote it may think. */
      readonly notes: readonly string[]
    }
  /** `invalid`: wrong name, type or value; `conflict`: the values do not go together. */
  | { readonly ok: false; readonly is: 'invalid' | 'conflict'; readonly reason: string }

/** What options are read against. */
export interface Neighbours {
  readonly context: WatcherContext
  /** All watchers there are. */
  readonly watchers: readonly WatcherOptions[]
}

/** Reads a watcher that stands in no file, as if it were a section of one: the same rules hold. */
export function readNewWatcher(
  name: string,
  json: JsonOptions,
  neighbours: Neighbours,
): WatcherReading {
  const written = overlay({ options: new Map(), env: null }, json)
  if (!written.ok) return { ok: false, is: 'invalid', reason: written.wrong }
  return read(name, written.written, neighbours, new Set())
}

/**
 * Reads a watcher with some options changed, all at once or none.
 * @param numprocesses How many it wants now, which may be another number than it was read with.
 */
export function readChangedWatcher(
  before: WatcherOptions,
  numprocesses: number,
  json: JsonOptions,
  neighbours: Neighbours,
): WatcherReading {
  const { written } = before
  const current = overlay(written, { numprocesses })
  if (!current.ok) return { ok: false, is: 'invalid', reason: current.wrong }
  const changed = overlay(current.written, json)
  if (!changed.ok) return { ok: false, is: 'invalid', reason: changed.wrong }
  // What was told of the options as they were need not be told again.
  const { problems } = readAll(before.name, written, neighbours)
  return read(
    before.name,
    changed.written,
    neighbours,
    new Set(problems.map(({ message }) => message)),
  )
}

type Overlay =
  | { readonly ok: true; readonly written: Written }
  | { readonly ok: false; readonly wrong: string }

function overlay(written: Written, json: JsonOptions): Overlay {
  const options = new Map(written.options)
  let { env } = written
  for (const [key, value] of Object.entries(json)) {
    if (key === 'env') {
      const given = readEnvironment(value)
      if (typeof given === 'string') return { ok: false, wrong: given }
      env = given
      continue
    }
    const option = readJsonOption(key, value)
    if (!option.ok) return option
    const { clears } = option
    if (clears !== null) {
      for (const name of options.keys()) if (name.startsWith(clears)) options.delete(name)
    }
    for (const [name, text] of option.texts) {
      if (text === null) options.delete(name)
      else options.set(name, optionOf(name, text))
    }
  }
  return { ok: true, written: { options, env } }
}

/** Circus' texts. @returns the environment, or what is wrong */
function readEnvironment(json: unknown): Environment | string {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return "'env' isn't a valid object"
  }
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(json)) {
    if (typeof value !== 'string') return `'${name}' isn't a string`
    if (name === '' || /[=\0]/.test(name)) return `'${name}' is no name of a variable`
    if (value.includes('\0')) return `'${name}' holds a NUL character`
    env[name] = value
  }
  return env
}

/** The place of what stands in no file. */
const REQUEST = { file: 'request', line: 0 } as const

function optionOf(name: string, value: string): IniOption {
  return { name, value, continuations: [], ...REQUEST }
}

function read(
  name: string,
  written: Written,
  neighbours: Neighbours,
  known: ReadonlySet<string>,
): WatcherReading {
  const { watcher, problems } = readAll(name, written, neighbours)
  const errors = problems.filter(({ severity }) => severity === 'error')
  const messages = (some: readonly Problem[]): string[] => some.map(({ message }) => message)
  if (errors.length > 0) {
    const isConflict = watcher.singleton && watcher.numprocesses > 1
    const is = isConflict ? 'conflict' : 'invalid'
    return { ok: false, is, reason: messages(errors).join('; ') }
  }
  return { ok: true, watcher, notes: messages(problems).filter((one) => !known.has(one)) }
}

function readAll(
  name: string,
  written: Written,
  { context, watchers }: Neighbours,
): { readonly watcher: WatcherOptions; readonly problems: readonly Problem[] } {
  const { options } = written
  const problems: Problem[] = []
  const report = (problem: Problem): void => void problems.push(problem)
  const section: IniSection = { name: `watcher:${name}`, options, ...REQUEST }
  const reading = { ...context.reading, report }
  const watcher = readWatcherSection(
    name,
    section,
    options,
    context.surroundings,
    reading,
    written.env,
  )
  const place = options.get('depends_on') ?? section
  const others = watchers.filter((one) => one.name !== name)
  const dependents = others.map((other) => ({ watcher: other, place: other.source }))
  const resolved = resolveDependencies([...dependents, { watcher, place }], report)
  return { watcher: resolved.at(-1) ?? watcher, problems }
}
