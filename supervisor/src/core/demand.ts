import { backoffDelay } from './backoff.ts'
import type { Milliseconds } from './policy.ts'
import type { Turn, Watcher } from './watcher-state.ts'

/** The watcher is to be started by a connection; one that runs already stays as it is. */
export function arm(turn: Turn): void {
  const { watcher, moment } = turn
  if (watcher.want !== 'down') return
  const demand = { ...watcher.demand, awaitAt: moment.now, failures: 0 }
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
 * Shortest time between two wakes: a program that ends without having taken its connection is woken by that again at once.
 * xinetd allows as many by default (cps = 50).
 */
const WAKE_INTERVAL_MS = 20

/**
 * Nothing runs any more, and the next connection is to wake it.
 * @param hasFailed It did not do what it was woken for: the next connection must wait, longer each time.
 */
export function fallAsleep(turn: Turn, hasFailed: boolean): void {
  const { policy, demand } = turn.watcher
  const { now, chance } = turn.moment
  const failures = hasFailed ? demand.failures + 1 : 0
  const pause = backoffDelay(failures, policy.backoff, chance)
  const awaitAt = Math.max(now + pause, demand.wokenAt + WAKE_INTERVAL_MS)
  turn.watcher = { ...turn.watcher, want: 'demand', demand: { ...demand, awaitAt, failures } }
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
