import { nearestName } from './nearest-name.ts'

/** What a section header stands for. Names are trimmed; those of sockets are lower-cased, as Circus does. */
export type SectionKind =
  | { readonly kind: 'circus' }
  | { readonly kind: 'default' }
  | { readonly kind: 'watcher'; readonly name: string }
  | { readonly kind: 'socket'; readonly name: string }
  | { readonly kind: 'plugin'; readonly name: string }
  | { readonly kind: 'env'; readonly globs: readonly string[] | null }
  | { readonly kind: 'unknown' }

/** Section names are case-sensitive. `globs` is null for `[env]`, which is for all watchers. */
export function sectionKind(header: string): SectionKind {
  if (header === 'circus') return { kind: 'circus' }
  if (header === 'DEFAULT') return { kind: 'default' }
  if (header === 'env') return { kind: 'env', globs: null }
  const colon = header.indexOf(':')
  const name = header.slice(colon + 1).trim()
  switch (header.slice(0, Math.max(colon, 0))) {
    case 'watcher':
      return { kind: 'watcher', name }
    case 'socket':
      return { kind: 'socket', name: name.toLowerCase() }
    case 'plugin':
      return { kind: 'plugin', name }
    case 'env':
      return { kind: 'env', globs: name.split(',').map((glob) => glob.trim()) }
    default:
      return { kind: 'unknown' }
  }
}

/** The header a person most likely meant by an unknown one. */
export function nearestHeader(header: string): string | undefined {
  const [prefix = '', name = 'NAME'] = header.split(/:(.*)/s, 2).map((part) => part.trim())
  const nearest = nearestName(prefix, ['circus', 'env', 'DEFAULT', 'watcher', 'socket', 'plugin'])
  const takesName = nearest === 'watcher' || nearest === 'socket' || nearest === 'plugin'
  return takesName ? `${nearest}:${name}` : nearest
}
