import { HOOKS_PREFIX } from './hook-options.ts'
import { streamTable, watcherTable } from './option-table.ts'
import type { OptionTable } from './option-row.ts'
import type { WireValue } from './option-type.ts'
import type { StreamOptions, WatcherOptions } from './options.ts'
import { RLIMIT_PREFIX } from './resource-limits.ts'

const { name: _name, ...SHOWN } = watcherTable
const SHOWN_OPTIONS: OptionTable = SHOWN
const { class: _class, ...SETTINGS } = streamTable
const SHOWN_SETTINGS: OptionTable = SETTINGS

/**
 * The reply of the `options` command for one watcher: every option of the table by wire name (spans in seconds, signals as
 * numbers), `env`, the streams as `stdout_stream_conf` and `stderr_stream_conf`, `hooks.NAME` and options no table has as written,
 * and `rlimit_NAME`. Circus docs: commands/options. `autostart` and Bigtop's own options are shown too; Circus' `__name__` is not.
 */
export function describeOptions(watcher: WatcherOptions): Readonly<Record<string, WireValue>> {
  const hooks = watcher.hooks.map(({ hook, written }) => [HOOKS_PREFIX + hook, written])
  const limits = watcher.rlimits.map(({ resource, limit }) => [RLIMIT_PREFIX + resource, limit])
  return {
    ...watcher.extra,
    ...Object.fromEntries([...hooks, ...limits]),
    ...describeKnownOptions(watcher),
  }
}

/** The same without limits, hooks and the options no table has. */
export function describeKnownOptions(watcher: WatcherOptions): Readonly<Record<string, WireValue>> {
  return {
    ...describeTable(SHOWN_OPTIONS, watcher),
    env: watcher.env,
    stdout_stream_conf: describeStream(watcher.stdoutStream),
    stderr_stream_conf: describeStream(watcher.stderrStream),
  }
}

/** As Circus shows a stream: values as strings, without `class`, and only what differs from the default. */
function describeStream(stream: StreamOptions | null): Readonly<Record<string, WireValue>> {
  if (stream === null) return {}
  const described: Record<string, WireValue> = {}
  for (const [name, value] of Object.entries(describeTable(SHOWN_SETTINGS, stream))) {
    if (value === null || typeof value === 'object') continue
    if (String(value) !== SHOWN_SETTINGS[name]?.default) described[name] = String(value)
  }
  return described
}

function describeTable(table: OptionTable, options: object): Readonly<Record<string, WireValue>> {
  const values = new Map<string, unknown>(Object.entries(options))
  const entries = Object.entries(table).map(([name, row]) => {
    const value = values.get(row.field)
    return [name, value === null ? null : row.type.toWire(value)] as const
  })
  return Object.fromEntries(entries)
}
