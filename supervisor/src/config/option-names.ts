import { nearestName } from './nearest-name.ts'
import { circusTable, socketTable, streamTable, watcherTable } from './option-table.ts'
import type { OptionTable } from './option-row.ts'
import {
  findUnsupported,
  unsupportedCircusOptions,
  unsupportedSocketOptions,
  unsupportedStreamOptions,
  unsupportedWatcherOptions,
  type UnsupportedOption,
  type UnsupportedOptions,
} from './unsupported-options.ts'

/** A kind of section whose options come from a table. */
export type TableKind = 'circus' | 'watcher' | 'socket'

const KINDS: Readonly<
  Record<TableKind, { title: string; table: OptionTable; unsupported: UnsupportedOptions }>
> = {
  circus: { title: '[circus]', table: circusTable, unsupported: unsupportedCircusOptions },
  watcher: { title: '[watcher:NAME]', table: watcherTable, unsupported: unsupportedWatcherOptions },
  socket: { title: '[socket:NAME]', table: socketTable, unsupported: unsupportedSocketOptions },
}

export const streamPrefixes = ['stdout_stream', 'stderr_stream'] as const

/** What a name is in a kind of section. `plugin` is a dotted name which a plugin may read, such as `flapping.max_retry`. */
export type OptionNature =
  | { readonly kind: 'known' }
  | { readonly kind: 'unsupported'; readonly option: UnsupportedOption }
  | { readonly kind: 'plugin' }
  | { readonly kind: 'unknown' }

export function optionNature(section: TableKind, name: string): OptionNature {
  const { table, unsupported } = KINDS[section]
  if (Object.hasOwn(table, name)) return { kind: 'known' }
  const option = findUnsupported(unsupported, name)
  if (option !== undefined) return { kind: 'unsupported', option }
  return section === 'watcher' ? watcherOptionNature(name) : { kind: 'unknown' }
}

function watcherOptionNature(name: string): OptionNature {
  const [prefix = '', setting] = name.split(/\.(.*)/s, 2)
  const isStream = streamPrefixes.some((stream) => stream === prefix)
  if (setting === undefined) return { kind: isStream ? 'known' : 'unknown' }
  if (isStream) return streamSettingNature(setting)
  return nearestName(prefix, DOTTED_PREFIXES) === undefined
    ? { kind: 'plugin' }
    : { kind: 'unknown' }
}

function streamSettingNature(setting: string): OptionNature {
  if (Object.hasOwn(streamTable, setting)) return { kind: 'known' }
  const option = findUnsupported(unsupportedStreamOptions, setting)
  return option === undefined ? { kind: 'unknown' } : { kind: 'unsupported', option }
}

const DOTTED_PREFIXES = [...streamPrefixes, 'hooks']

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
  const { table, unsupported } = KINDS[section]
  const names = [...Object.keys(table), ...Object.keys(unsupported)]
  if (section !== 'watcher') return names
  const settings = Object.keys(streamTable)
  return [
    ...names,
    ...streamPrefixes.flatMap((stream) => settings.map((name) => `${stream}.${name}`)),
  ]
}
