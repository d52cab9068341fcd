import type { Milliseconds, WatcherPolicy } from '../../../supervisor/dist/core/policy.js'
import type { Slot, Watcher } from '../../../supervisor/dist/core/watcher-state.js'
import type { News } from './news.ts'
import type { Step } from './step.ts'

/** A death within this time from the spawn is a quick one. */
const QUICK_MS = 1_000
/** The part of a pause that jitter may take away. */
const JITTER = 0.25

interface Account {
  is: Slot['is']
  failures: number
  quickDeaths: number
  deaths: readonly Milliseconds[]
  rests: number
  /** Earliest and latest end of the pause. */
  pause: readonly [Milliseconds, Milliseconds]
}

/** What the options say of the deaths of one watcher's slots, counted again by other means than the core's. */
export class Ledger {
  readonly #accounts = new Map<number, Account>()

  /** @param news In the order in which they happened. */
  note({ now }: Step, before: Watcher, after: Watcher, news: readonly News[]): void {
    for (const one of news) this.#count(one, before, now)
    this.#noteRetired(before, after, news)
    // Each start and each reload begins a generation, and forgives.
    if (after.generation > before.generation) {
      this.#accounts.clear()
      // Who became too old may have gone before that or after.
      if (!after.policy.respawn && after.policy.maxAgeMs > 0) this.#adopt(after)
    }
    const wids = new Set(after.slots.map(({ wid }) => wid))
    for (const wid of this.#accounts.keys()) if (!wids.has(wid)) this.#accounts.delete(wid)
  }

  /** @returns what the core sees otherwise, or null */
  compare({ slots }: Watcher): string | null {
    for (const slot of slots) {
      const account = this.#accounts.get(slot.wid) ?? newAccount()
      if (slot.is !== account.is) return `slot ${slot.wid} is ${slot.is}, not ${account.is}`
      const [earliest, latest] = account.pause
      if (slot.is !== 'open') continue
      if (slot.retryAt < earliest - 0.001 || slot.retryAt > latest + 0.001) {
        return `slot ${slot.wid} rests until ${slot.retryAt}, not ${earliest} to ${latest}`
      }
    }
    return null
  }

  #adopt({ slots }: Watcher): void {
    for (const { wid, is } of slots) this.#accounts.set(wid, { ...newAccount(), is })
  }

  #count(
    { process, kind, exitCode, permanent, isLast }: News,
    watcher: Watcher,
    now: number,
  ): void {
    if (!watcher.slots.some(({ wid }) => wid === process.wid)) return
    const account = this.#accounts.get(process.wid) ?? newAccount()
    this.#accounts.set(process.wid, account)
    if (kind === 'becameReady') account.failures = 0
    else if (kind === 'refused' || !isLast) return
    else if (kind === 'startFailed') countFailure(account, watcher, now, permanent)
    else countDeath(account, watcher.policy, now, process.spawnedAt, exitCode)
  }

  /** Who has become too old in a watcher that respawns nobody has done its work. */
  #noteRetired(before: Watcher, after: Watcher, news: readonly News[]): void {
    const { policy } = before
    if (policy.respawn || policy.maxAgeMs === 0 || after.want !== 'up') return
    if (after.running?.job.kind === 'reload' && after.running.step === 'replacing') return
    for (const { id, wid, want } of before.processes) {
      const hasFailed = news.some(
        ({ process, kind }) => process.id === id && kind !== 'becameReady',
      )
      const now = after.processes.find((one) => one.id === id)
      if (want !== 'up' || hasFailed || now?.readyAt === null) continue
      const hasElder = before.processes.some(
        (one) => one.wid === wid && one.want === 'up' && one.id < id,
      )
      const hasHeir = after.processes.some(
        (one) => one.wid === wid && one.want === 'up' && one.id > id,
      )
      if (now?.want !== 'retired' || hasHeir || hasElder) continue
      const account = this.#accounts.get(wid) ?? newAccount()
      this.#accounts.set(wid, { ...account, is: 'spent' })
    }
  }
}

function newAccount(): Account {
  return { is: 'open', failures: 0, quickDeaths: 0, deaths: [], rests: 0, pause: [0, 0] }
}

function countFailure(
  account: Account,
  { policy, is }: Watcher,
  now: number,
  permanent: boolean,
): void {
  account.failures += 1
  if (!policy.respawn) {
    account.is = 'spent'
    return
  }
  const isLimited = policy.maxRetry >= 0
  const isHopeless = permanent && is === 'starting'
  const isOver = isLimited && (isHopeless || account.failures >= policy.maxRetry)
  account.is = isOver ? 'givenUp' : 'open'
  account.pause = pauseAfter(account.failures, policy, now)
}

function countDeath(
  account: Account,
  policy: WatcherPolicy,
  now: Milliseconds,
  spawnedAt: Milliseconds,
  exitCode: number,
): void {
  const isQuick = now - spawnedAt < QUICK_MS
  if (!policy.respawn || policy.onDemand) {
    account.is = 'spent'
  } else if (policy.flapping !== null) {
    countFlap(account, policy.flapping, now, spawnedAt)
  } else if (!isQuick) {
    account.quickDeaths = 0
    account.pause = [now, now]
  } else if (exitCode === 0) {
    const next = spawnedAt + policy.backoff.minMs
    account.pause = [next, next]
  } else {
    account.pause = pauseAfter(account.quickDeaths, policy, now)
    account.quickDeaths += 1
  }
}

function countFlap(
  account: Account,
  { attempts, windowMs, retryInMs, maxRetry }: NonNullable<WatcherPolicy['flapping']>,
  now: Milliseconds,
  spawnedAt: Milliseconds,
): void {
  account.deaths = [...account.deaths, now].filter((time) => now - time <= windowMs)
  if (account.deaths.length < attempts) {
    // It has held out for longer than the window: what was before is forgotten.
    if (now - spawnedAt > windowMs) account.rests = 0
    account.pause = [now, now]
    return
  }
  account.deaths = []
  account.is = maxRetry >= 0 && account.rests >= maxRetry ? 'givenUp' : 'open'
  account.rests += 1
  account.pause = [now + retryInMs, now + retryInMs]
}

/** After so many failures in a row. */
function pauseAfter(
  failures: number,
  { backoff }: WatcherPolicy,
  now: Milliseconds,
): readonly [Milliseconds, Milliseconds] {
  let pause = failures === 0 ? 0 : backoff.minMs
  for (let doubled = 1; doubled < failures && pause < backoff.maxMs; doubled += 1) pause *= 2
  pause = Math.min(pause, failures === 0 ? 0 : backoff.maxMs)
  return [now + pause * (1 - JITTER), now + pause]
}
