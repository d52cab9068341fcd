import {
  findWatcher,
  numberAfter,
  withWatcher,
  type Arbiter,
  type ArbiterTurn,
} from './arbiter-state.ts'
import { beginBulk } from './bulk.ts'
import { endJob } from './end-job.ts'
import type { Adoption } from './event.ts'
import type { JobId, JobOutcome } from './job.ts'
import type { WatcherPolicy } from './policy.ts'
import { stopOfAll, supersedeBulks } from './stop-all.ts'
import { newWatcher, type Watcher } from './watcher-state.ts'

/** The files are to be read first: bad ones stop nobody. */
export function beginRenewal(turn: ArbiterTurn, job: JobId): void {
  if (turn.arbiter.renewal !== null) {
    endJob(turn, job, { ok: false, reason: 'the daemon is restarting everything' })
    return
  }
  turn.arbiter = { ...turn.arbiter, renewal: { job, step: 'reading', upBefore: [], failure: null } }
  turn.effects.push({ type: 'readConfiguration', job })
}

/** The files have been read. @param failure Why they cannot be used; null if they can. */
export function goOnToStop(turn: ArbiterTurn, failure: string | null): void {
  const { renewal } = turn.arbiter
  if (renewal?.step !== 'reading') return
  if (failure !== null) {
    turn.arbiter = { ...turn.arbiter, renewal: null }
    endJob(turn, renewal.job, { ok: false, reason: failure })
    return
  }
  supersedeBulks(turn, 'restart')
  const up = turn.arbiter.watchers.filter(({ want }) => want !== 'down')
  const upBefore = up.map(({ policy }) => policy.name)
  turn.arbiter = { ...turn.arbiter, renewal: { ...renewal, step: 'stopping', upBefore } }
  beginBulk(turn, stopOfAll(turn.arbiter, renewal.job))
}

/** Sockets and streams are those of the new configuration, or of the old one if that was a failure: all start again. */
export function goOnToStart(
  turn: ArbiterTurn,
  { policies, warmupDelayMs }: Adoption,
  failure: string | null,
): void {
  const { renewal } = turn.arbiter
  if (renewal?.step !== 'adopting') return
  const before = turn.arbiter
  let watchers: readonly Watcher[] = []
  for (const policy of policies) {
    watchers = withWatcher(watchers, succeed(before, policy))
  }
  const firstNumber = numberAfter(before, before.watchers)
  const next = { ...renewal, step: 'starting', failure } as const
  turn.arbiter = { ...before, watchers, firstNumber, renewal: next }
  const autostarted = policies.filter(({ autostart }) => autostart).map(({ name }) => name)
  const names = failure === null ? autostarted : renewal.upBefore
  const { job } = renewal
  const how = { warmupDelayMs, sequential: false, isExplicit: false }
  beginBulk(turn, { kind: 'start', job, watchers: names, ...how })
}

/** All are stopped, or all are started. */
export function goOnWithRenewal(turn: ArbiterTurn, outcome: JobOutcome): void {
  const { renewal } = turn.arbiter
  if (renewal?.step === 'stopping') {
    turn.arbiter = { ...turn.arbiter, renewal: { ...renewal, step: 'adopting' } }
    turn.effects.push({ type: 'adoptConfiguration', job: renewal.job })
  } else if (renewal?.step === 'starting') {
    const { job, failure } = renewal
    turn.arbiter = { ...turn.arbiter, renewal: null }
    endJob(turn, job, failure === null ? outcome : { ok: false, reason: failure })
  }
}

/** Whether nothing may be begun, because everything is being stopped. */
export function isRestarting({ renewal }: Arbiter): boolean {
  return renewal?.step === 'stopping' || renewal?.step === 'adopting'
}

/** A watcher of the same name goes on counting, so that nothing of before is taken for something of now. */
function succeed(arbiter: Arbiter, policy: WatcherPolicy): Watcher {
  const before = findWatcher(arbiter, policy.name)
  if (before === undefined) return newWatcher(policy, arbiter.firstNumber)
  const { generation, nextProcess, nextCall } = before
  return { ...newWatcher(policy), generation, nextProcess, nextCall }
}
