import { findWatcher, type Arbiter } from './arbiter-state.ts'
import { upByWid, type Watcher } from './watcher-state.ts'
import { isSettled } from './watcher-status.ts'

/** How far a watcher is that another one waits for. `failed`: it is stopped, and nobody is about to start it. */
export type DependencyState = 'met' | 'coming' | 'failed'

/**
 * The watchers with everything they depend on that is not up, in the arbiter's order.
 * @param names Of watchers that are to be started.
 */
export function withDependencies(arbiter: Arbiter, names: readonly string[]): readonly string[] {
  const wanted = new Set(names)
  for (const name of wanted) {
    for (const { watcher } of findWatcher(arbiter, name)?.policy.dependsOn ?? []) {
      const dependency = findWatcher(arbiter, watcher)
      if (dependency?.want === 'down' && !dependency.isLeaving) wanted.add(watcher)
    }
  }
  return arbiter.watchers.map(({ policy }) => policy.name).filter((name) => wanted.has(name))
}

/** What a watcher depends on, and how far each is. Whoever is not there cannot be waited for. */
export function dependenciesOf(
  arbiter: Arbiter,
  name: string,
): readonly { readonly watcher: string; readonly state: DependencyState }[] {
  const { dependsOn } = findWatcher(arbiter, name)?.policy ?? { dependsOn: [] }
  return dependsOn.flatMap(({ watcher, until }) => {
    const dependency = findWatcher(arbiter, watcher)
    return dependency ? [{ watcher, state: stateOf(arbiter, dependency, until) }] : []
  })
}

/** Names of the watchers that depend on this one directly. */
export function dependentsOf(arbiter: Arbiter, name: string): readonly string[] {
  return arbiter.watchers
    .filter(({ policy }) => policy.dependsOn.some(({ watcher }) => watcher === name))
    .map(({ policy }) => policy.name)
}

/** Whether every slot has had its chance: a slow or broken watcher does not hold up the start of the others. */
export function isUnderWay(watcher: Watcher): boolean {
  if (watcher.want !== 'up') return true
  const holders = upByWid(watcher)
  const hasBegun = watcher.slots.every((slot) => {
    if (slot.is !== 'open' || slot.failures > 0) return true
    return holders.get(slot.wid)?.some(({ pid }) => pid !== null) ?? false
  })
  return hasBegun && watcher.slots.length === watcher.policy.numprocesses
}

function stateOf(arbiter: Arbiter, watcher: Watcher, until: 'started' | 'ready'): DependencyState {
  if (isMet(watcher, until)) return 'met'
  const { name } = watcher.policy
  const isAwaited = arbiter.bulks.some(
    ({ step, waiting }) => step === 'start' && waiting.includes(name),
  )
  const isBusy = watcher.running !== null || watcher.queue.length > 0
  return isAwaited || isBusy || watcher.want === 'up' ? 'coming' : 'failed'
}

function isMet(watcher: Watcher, until: 'started' | 'ready'): boolean {
  // Its sockets take connections, which is what those who depend on it need.
  if (watcher.want === 'demand') return true
  if (watcher.want !== 'up') return false
  return until === 'started' ? isUnderWay(watcher) : watcher.is === 'active' && isSettled(watcher)
}
