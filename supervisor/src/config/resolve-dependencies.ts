import type { Dependency } from '../core/policy.ts'
import { nearestName } from './nearest-name.ts'
import type { WatcherOptions } from './options.ts'
import { errorAt, type Place, type Report } from './problem.ts'

/** A watcher, and where its `depends_on` stands. */
export interface DependentWatcher {
  readonly watcher: WatcherOptions
  readonly place: Place
}

/**
 * The watchers with the names in `dependsOn` as those watchers write them: the case of a name does not count. Reports names
 * of no watcher, and circles, in which nobody could start.
 */
export function resolveDependencies(
  dependents: readonly DependentWatcher[],
  report: Report,
): WatcherOptions[] {
  const names = new Map(dependents.map(({ watcher: { name } }) => [name.toLowerCase(), name]))
  const resolved = dependents.map(({ watcher, place }): DependentWatcher => {
    const dependsOn = watcher.dependsOn.flatMap((one) => resolve(one, names, place, report))
    return { watcher: { ...watcher, dependsOn }, place }
  })
  reportCircles(resolved, report)
  return resolved.map(({ watcher }) => watcher)
}

/** @param names By name in lower case. */
function resolve(
  dependency: Dependency,
  names: ReadonlyMap<string, string>,
  place: Place,
  report: Report,
): Dependency[] {
  const watcher = names.get(dependency.watcher.toLowerCase())
  if (watcher !== undefined) return [{ ...dependency, watcher }]
  const candidates = Array.from(names.values(), (name) => [
    name,
    `${name}:ready`,
    `${name}:started`,
  ])
  const nearest = nearestName(dependency.watcher, candidates.flat())
  const advice = nearest === undefined ? 'add that section' : `did you mean ${nearest}?`
  const message = `depends_on: there is no [watcher:${dependency.watcher}]; ${advice}`
  report(errorAt(place, message))
  return []
}

/** Goes from each watcher to all it waits for: one that is met again on the way waits for itself. Of a knot one circle is told. */
function reportCircles(dependents: readonly DependentWatcher[], report: Report): void {
  const byName = new Map(dependents.map((dependent) => [dependent.watcher.name, dependent]))
  const seen = new Set<DependentWatcher>()
  for (const start of dependents) {
    // The way from `start` to where the walk is. There is no recursion, as a chain may have any length.
    const way = seen.has(start) ? [] : [stepTo(start, byName)]
    for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
      seen.add(last.dependent)
      const next = last.ahead.shift()
      if (next === undefined) way.pop()
      else if (!seen.has(next)) way.push(stepTo(next, byName))
      else reportCircle(next, way, report)
    }
  }
}

/** A watcher on the way, and those it waits for to which the walk has not gone from there. */
interface Step {
  readonly dependent: DependentWatcher
  readonly ahead: DependentWatcher[]
}

function stepTo(dependent: DependentWatcher, byName: ReadonlyMap<string, DependentWatcher>): Step {
  const { dependsOn } = dependent.watcher
  return { dependent, ahead: dependsOn.flatMap(({ watcher }) => byName.get(watcher) ?? []) }
}

/** Reports the circle that `next` closes, if it is on the way. */
function reportCircle(next: DependentWatcher, way: readonly Step[], report: Report): void {
  const start = way.findIndex(({ dependent }) => dependent === next)
  if (start === -1) return
  const { name } = next.watcher
  const circle = way.slice(start).map(({ dependent: { watcher, place } }) => {
    return `${watcher.name} (${place.file}:${place.line})`
  })
  const message =
    circle.length === 1
      ? `depends_on: ${name} waits for itself; remove it`
      : `depends_on: ${[...circle, name].join(' waits for ')}, so that none of them could start; remove one link`
  report(errorAt(next.place, message))
}
