import { backoffDelay } from './backoff.ts'
import type { Milliseconds } from './policy.ts'
import type { Turn, Watcher } from './watcher-state.ts'

/** The watcher is to be started by a connection; one that runs already stays as it is. */
export function arm(turn: Turn): void {
  const { watcher, moment } = turn
  if (watcher.want !== 'down') return
  const demand = { ...watcher.demand, awaitAt: moment.now, quickEnds: 0 }
  turn.watcher = { ...watcher, want: 'demand', demand }
}

/** Connections are of no interest any more. */
export function disarm(turn: Turn): void {
  const { policy, demand } = turn.watcher
  if (!demand.isAwaited) return
  turn.watcher = { ...turn.watcher, demand: { ...demand, isAwaited: false } }
  turn.effects.push({ type: 'ignoreDemand', watcher: policy.name })
}

/**
 * Nothing runs any more, and the next connection is to wake it.
 * @param isQuick It ended as soon as it was woken: the next connection must wait, longer each time.
 */
export function fallAsleep(turn: Turn, isQuick: boolean): void {
  const { policy, demand } = turn.watcher
  const { now, chance } = turn.moment
  const quickEnds = isQuick ? demand.quickEnds + 1 : 0
  const awaitAt = now + backoffDelay(quickEnds, policy.backoff, chance)
  turn.watcher = { ...turn.watcher, want: 'demand', demand: { ...demand, awaitAt, quickEnds } }
}

/** Looks for connections from when nothing runs any more and nobody else decides. */
export function advanceDemand(turn: Turn): void {
  const due = nextDemandTime(turn.watcher)
  if (due === null || due > turn.moment.now) return
  const { policy, demand } = turn.watcher
  turn.watcher = { ...turn.watcher, demand: { ...demand, isAwaited: true } }
  turn.effects.push({ type: 'awaitDemand', watcher: policy.name })
}

/** When connections are to be looked for, or null if they are already, or shall not be. */
export function nextDemandTime({ want, is, running, demand }: Watcher): Milliseconds | null {
  const isAsleep = want === 'demand' && is === 'stopped' && running === null
  return isAsleep && !demand.isAwaited ? demand.awaitAt : null
}
