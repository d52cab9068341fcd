import { FLAPPING_PREFIX } from './flapping-options.ts'
import { HOOK_NAMES } from '../core/hook-name.ts'
import { HOOKS_PREFIX } from './hook-options.ts'
import {
  meaninglessCircusOptions,
  meaninglessWatcherOptions,
  type MeaninglessOption,
  type MeaninglessOptions,
} from './meaningless-options.ts'
import { nearestName } from './nearest-name.ts'
import {
  circusTable,
  flappingTable,
  socketTable,
  streamTable,
  watcherTable,
} from './option-table.ts'
import type { OptionTable } from './option-row.ts'
import { RESOURCES, RLIMIT_PREFIX } from './resource-limits.ts'
import {
  unsupportedCircusOptions,
  unsupportedSocketOptions,
  unsupportedStreamOptions,
  type UnsupportedOption,
  type UnsupportedOptions,
} from './unsupported-options.ts'

/** A kind of section whose options come from a table. */
export type TableKind = 'circus' | 'watcher' | 'socket'

interface OptionsOfKind {
  readonly title: string
  readonly table: OptionTable
  readonly unsupported: UnsupportedOptions
  readonly meaningless: MeaninglessOptions
}

const KINDS: Readonly<Record<TableKind, OptionsOfKind>> = {
  circus: {
    title: '[circus]',
    table: circusTable,
    unsupported: unsupportedCircusOptions,
    meaningless: meaninglessCircusOptions,
  },
  watcher: {
    title: '[watcher:NAME]',
    table: watcherTable,
    unsupported: {},
    meaningless: meaninglessWatcherOptions,
  },
  socket: {
    title: '[socket:NAME]',
    table: socketTable,
    unsupported: unsupportedSocketOptions,
    meaningless: {},
  },
}

export const streamPrefixes = ['stdout_stream', 'stderr_stream'] as const

/** What a name is in a kind of section. `plugin` is a dotted name which a plugin may read, such as `flapping.max_retry`. */
export type OptionNature =
  | { readonly kind: 'known' }
  | { readonly kind: 'unsupported'; readonly option: UnsupportedOption }
  | { readonly kind: 'meaningless'; readonly option: MeaninglessOption }
  | { readonly kind: 'plugin' }
  | { readonly kind: 'unknown' }

export function optionNature(section: TableKind, name: string): OptionNature {
  const { table, unsupported, meaningless } = KINDS[section]
  if (Object.hasOwn(table, name)) return { kind: 'known' }
  const option = ownOption(unsupported, name)
  if (option !== undefined) return { kind: 'unsupported', option }
  const without = ownOption(meaningless, name)
  if (without !== undefined) return { kind: 'meaningless', option: without }
  return section === 'watcher' ? watcherOptionNature(name) : { kind: 'unknown' }
}

function ownOption<Option>(
  options: Readonly<Record<string, Option>>,
  name: string,
): Option | undefined {
  return Object.hasOwn(options, name) ? options[name] : undefined
}

function watcherOptionNature(name: string): OptionNature {
  // Whether there is such a hook or limit is told where it is read.
  if (name.startsWith(HOOKS_PREFIX) || name.startsWith(RLIMIT_PREFIX)) return { kind: 'known' }
  const [prefix = '', setting] = name.split(/\.(.*)/s, 2)
  const isStream = streamPrefixes.some((stream) => stream === prefix)
  if (setting === undefined) return { kind: isStream ? 'known' : 'unknown' }
  if (isStream) return streamSettingNature(setting)
  if (`${prefix}.` === FLAPPING_PREFIX) {
    return { kind: Object.hasOwn(flappingTable, setting) ? 'plugin' : 'unknown' }
  }
  return nearestName(prefix, DOTTED_PREFIXES) === undefined
    ? { kind: 'plugin' }
    : { kind: 'unknown' }
}

function streamSettingNature(setting: string): OptionNature {
  if (Object.hasOwn(streamTable, setting)) return { kind: 'known' }
  const option = ownOption(unsupportedStreamOptions, setting)
  return option === undefined ? { kind: 'unknown' } : { kind: 'unsupported', option }
}

const DOTTED_PREFIXES = [...streamPrefixes, 'hooks', 'flapping']

/** What to say of an unknown option: the nearest name, or the kind of section it belongs to. */
export function unknownOption(section: TableKind, name: string): string {
  const unknown = `${name}: is no option of ${KINDS[section].title}`
  const nearest = nearestName(name, namesOf(section))
  if (nearest !== undefined) return `${unknown}; did you mean ${nearest}?`
  const home = tableKinds.find((other) => Object.hasOwn(KINDS[other].table, name))
  if (home !== undefined) return `${unknown}; it belongs into ${KINDS[home].title}`
  return `${unknown}; it has no effect`
}

/** What to say of an option of `[DEFAULT]` that no kind of section has. */
export function unknownDefault(name: string): string {
  const nearest = nearestName(name, tableKinds.flatMap(namesOf))
  const advice = nearest === undefined ? 'it has no effect' : `did you mean ${nearest}?`
  return `${name}: is no option of any kind of section; ${advice}`
}

export const tableKinds: readonly TableKind[] = ['circus', 'watcher', 'socket']

function namesOf(section: TableKind): string[] {
  const { table, unsupported, meaningless } = KINDS[section]
  const names = [table, unsupported, meaningless].flatMap((options) => Object.keys(options))
  if (section !== 'watcher') return names
  const settings = Object.keys(streamTable)
  return [
    ...names,
    ...streamPrefixes.flatMap((stream) => settings.map((name) => `${stream}.${name}`)),
    ...Object.keys(flappingTable).map((name) => FLAPPING_PREFIX + name),
    ...HOOK_NAMES.map((name) => HOOKS_PREFIX + name),
    ...RESOURCES.map((name) => RLIMIT_PREFIX + name),
  ]
}
