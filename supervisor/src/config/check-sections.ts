import { matchesGlob } from './glob.ts'
import type { IniSection } from './ini.ts'
import { nearestName } from './nearest-name.ts'
import type { SocketOptions, WatcherOptions } from './options.ts'
import { errorAt, warningAt, type Report } from './problem.ts'
import { nearestHeader, sectionKind } from './section-kind.ts'

/** Reports headers which name no kind of section, and sections this version does not act on. */
export function checkHeaders(
  sections: ReadonlyMap<string, IniSection>,
  isStrict: boolean,
  report: Report,
): void {
  for (const section of sections.values()) {
    const { kind } = sectionKind(section.name)
    if (kind === 'plugin') {
      const message = `[${section.name}]: plugins are accepted but not started by this version`
      report(warningAt(section, message))
    } else if (kind === 'unknown') {
      const nearest = nearestHeader(section.name)
      const advice = nearest === undefined ? 'it has no effect' : `did you mean [${nearest}]?`
      const at = isStrict ? errorAt : warningAt
      report(at(section, `[${section.name}]: is no known section; ${advice}`))
    }
  }
}

/** Names are compared in lower case everywhere in the protocol, so two that differ only by case cannot both be reached. */
export function checkNames(
  named: readonly (WatcherOptions | SocketOptions)[],
  kind: 'watcher' | 'socket',
  report: Report,
): void {
  const first = new Map<string, WatcherOptions | SocketOptions>()
  for (const one of named) {
    const other = first.get(one.name.toLowerCase())
    if (other === undefined) {
      first.set(one.name.toLowerCase(), one)
    } else {
      const place = `${other.source.file}:${other.source.line}`
      const message = `[${kind}:${one.name}]: its name is that of [${kind}:${other.name}] at ${place}; rename one of the two`
      report(errorAt(one.source, message))
    }
  }
}

/** Reports globs of `[env:...]` which no watcher's name matches. */
export function checkEnvironmentGlobs(
  sections: ReadonlyMap<string, IniSection>,
  watchers: readonly WatcherOptions[],
  report: Report,
): void {
  const plugins = Array.from(sections.keys()).filter((name) => sectionKind(name).kind === 'plugin')
  const names = [...watchers.map(({ name }) => name), ...plugins]
  for (const section of sections.values()) {
    const kind = sectionKind(section.name)
    if (kind.kind !== 'env') continue
    for (const glob of kind.globs ?? []) {
      if (names.some((name) => matchesGlob(glob, name))) continue
      const nearest = nearestName(glob, names)
      const advice = nearest === undefined ? '' : `; did you mean ${nearest}?`
      report(warningAt(section, `[${section.name}]: ${glob || '""'} matches no watcher${advice}`))
    }
  }
}
