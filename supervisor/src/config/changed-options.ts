import { FLAPPING_PREFIX } from './flapping-options.ts'
import { HOOKS_PREFIX } from './hook-options.ts'
import { flappingTable, streamTable, watcherTable } from './option-table.ts'
import type { Applied, OptionTable } from './option-row.ts'
import type { StreamOptions, WatcherOptions } from './options.ts'
import { RLIMIT_PREFIX } from './resource-limits.ts'

/** One option in which two readings of a watcher differ. */
export interface ChangedOption {
  /** As files spell it; `env` for the environment of its processes. */
  readonly name: string
  /** How the other value comes into effect. */
  readonly applied: Applied
}

/** The options in which two readings of a watcher differ, wherever in the files they stand. */
export function changedOptions(
  before: WatcherOptions,
  after: WatcherOptions,
): readonly ChangedOption[] {
  const { name: _, ...table } = watcherTable
  return [
    ...changedRows(table, before, after, ''),
    ...changedRows(flappingTable, before.flapping ?? {}, after.flapping ?? {}, FLAPPING_PREFIX),
    ...changedStream('stdout_stream', before.stdoutStream, after.stdoutStream),
    ...changedStream('stderr_stream', before.stderrStream, after.stderrStream),
    ...grantedAnew(before, after),
    ...changedEntries({ env: before.env }, { env: after.env }, '', 'reload'),
    ...changedEntries(limitsOf(before), limitsOf(after), RLIMIT_PREFIX, 'reload'),
    ...changedEntries(hooksOf(before), hooksOf(after), HOOKS_PREFIX, 'live'),
    ...changedEntries(before.extra, after.extra, '', 'live').filter(isNoFlapping),
  ]
}

/** The strongest way in which the changes come into effect: one restart brings all, one reload all but those that need one. */
export function strongestOf(changes: readonly ChangedOption[]): 'live' | 'reload' | 'restart' {
  if (changes.some(({ applied }) => applied === 'restart')) return 'restart'
  return changes.some(({ applied }) => applied === 'reload') ? 'reload' : 'live'
}

function changedRows(
  table: OptionTable,
  before: object,
  after: object,
  prefix: string,
): readonly ChangedOption[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
  return Object.entries(table).flatMap(([name, { field, applied }]) =>
    isSame(old.get(field), now.get(field)) ? [] : [{ name: prefix + name, applied }],
  )
}

/** What runs has a pipe to its stream or it has none: only from one stream to another it can be led at once. */
function changedStream(
  stream: 'stdout_stream' | 'stderr_stream',
  before: StreamOptions | null,
  after: StreamOptions | null,
): readonly ChangedOption[] {
  const changed = changedRows(streamTable, before ?? {}, after ?? {}, `${stream}.`)
  if (before !== null && after !== null) return changed
  return changed.map(({ name }) => ({ name, applied: 'reload' }))
}

/** `use_sockets = true` may mean other sockets than before. */
function grantedAnew(before: WatcherOptions, after: WatcherOptions): readonly ChangedOption[] {
  const isOther = !isSame(before.sockets, after.sockets)
  const isNamed = !isSame(before.useSockets, after.useSockets)
  return isOther && !isNamed ? [{ name: 'use_sockets', applied: 'reload' }] : []
}

function changedEntries(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  prefix: string,
  applied: Applied,
): readonly ChangedOption[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return Array.from(names)
    .filter((name) => !isSame(before[name], after[name]))
    .map((name) => ({ name: prefix + name, applied }))
}

/** Flapping is told by its own table. */
function isNoFlapping({ name }: ChangedOption): boolean {
  return !name.startsWith(FLAPPING_PREFIX)
}

function limitsOf({ rlimits }: WatcherOptions): Readonly<Record<string, unknown>> {
  return Object.fromEntries(rlimits.map(({ resource, limit }) => [resource, limit]))
}

function hooksOf({ hooks }: WatcherOptions): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    hooks.map(({ hook, target, ignoresFailure }) => [hook, [target, ignoresFailure]]),
  )
}

function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}
