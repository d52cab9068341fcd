import { describeKnownOptions } from './describe-options.ts'
import type { Variables } from './expand.ts'
import type { WireValue } from './option-type.ts'
import type { WatcherOptions } from './options.ts'

/**
 * What `$(circus.NAME)` may stand for when a process is spawned: `wid`, `sockets.NAME` (the fd in the child), `env.NAME`,
 * `rlimits.NAME`, and every option as the `options` command names it. Words are those of Circus: `True`, `False`, `None`.
 * @param socketFds The fd of each granted socket in the child.
 */
export function spawnVariables(
  watcher: WatcherOptions,
  wid: number,
  socketFds: Readonly<Record<string, number>>,
): Variables {
  const options = describeKnownOptions(watcher)
  const variables: Record<string, WireValue> = {
    ...options,
    rlimits: Object.fromEntries(watcher.rlimits.map(({ resource, limit }) => [resource, limit])),
    use_fds: options['use_sockets'] ?? false,
    sockets: socketFds,
    wid,
  }
  return new Map(Object.entries(variables).flatMap(([name, value]) => flatten(name, value)))
}

function flatten(name: string, value: WireValue): [string, string][] {
  if (value === null) return [[name, 'None']]
  if (value === true) return [[name, 'True']]
  if (value === false) return [[name, 'False']]
  if (typeof value !== 'object') return [[name, String(value)]]
  if (isList(value)) return [[name, value.map(listItem).join(',')]]
  return Object.entries(value).flatMap(([key, inner]) => {
    return flatten(`${name}.${key.toLowerCase()}`, inner)
  })
}

function listItem(item: WireValue): string {
  return typeof item === 'string' ? item : JSON.stringify(item)
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(value: object): value is readonly WireValue[] {
  return Array.isArray(value)
}
