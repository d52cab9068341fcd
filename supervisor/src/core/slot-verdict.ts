import { backoffDelay } from './backoff.ts'
import type { Flapping } from './policy.ts'
import type { Process, ProcessNews } from './process-state.ts'
import { describeExit } from './process-stop.ts'
import {
  changeSlot,
  hasPredecessor,
  SETTLED_AFTER_MS,
  type Slot,
  type Turn,
  upByWid,
} from './watcher-state.ts'

/** What the news of a process mean for its slot: whether and when there will be another one. */
export function judgeSlot(turn: Turn, process: Process, news: ProcessNews): void {
  switch (news.type) {
    case 'none':
      return
    case 'becameReady':
      changeSlot(turn, process.wid, (slot) => ({ ...slot, failures: 0, lastFailure: null }))
      return
    case 'startFailed':
      countFailure(turn, process, news.reason, news.permanent)
      return
    case 'killed':
      if (isLast(turn, process) && isFinal(turn)) {
        changeSlot(turn, process.wid, (slot) => ({ ...slot, is: 'spent' }))
      }
      return
    case 'refused':
      if (hasPredecessor(turn.watcher, process)) countRenewalFailure(turn, process)
      log(turn, 'error', news.reason)
      return
    case 'died':
      log(
        turn,
        news.exitCode === 0 ? 'info' : 'warning',
        `process ${process.pid} ${describeExit(news.exitCode)}`,
      )
      if (hasPredecessor(turn.watcher, process)) countRenewalFailure(turn, process)
      else if (isLast(turn, process)) countDeath(turn, process, news.exitCode)
  }
}

/** Whether the end of a process is the end of its slot. */
function isFinal({ watcher: { policy } }: Turn): boolean {
  return !policy.respawn || policy.onDemand
}

/** Whether nobody else holds the slot now: as long as somebody does, nothing is to be decided about it. */
function isLast(turn: Turn, { wid }: Process): boolean {
  return !upByWid(turn.watcher).has(wid)
}

function countFailure(turn: Turn, process: Process, reason: string, permanent: boolean): void {
  if (!isLast(turn, process)) {
    if (hasPredecessor(turn.watcher, process)) countRenewalFailure(turn, process)
    log(turn, 'error', reason)
    return
  }
  const { policy, is } = turn.watcher
  const { now, chance } = turn.moment
  changeSlot(turn, process.wid, (slot) => {
    const failures = slot.failures + 1
    if (!policy.respawn) return { ...slot, is: 'spent', failures, lastFailure: reason }
    // While the watcher has never been up, a missing program is a mistake to report, not a misfortune to wait out.
    const hopeless = permanent && is === 'starting' && policy.maxRetry >= 0
    const exhausted = policy.maxRetry >= 0 && failures >= policy.maxRetry
    const retryAt = now + backoffDelay(failures, policy.backoff, chance)
    return {
      ...slot,
      is: hopeless || exhausted ? 'givenUp' : 'open',
      failures,
      retryAt,
      lastFailure: reason,
    }
  })
  logFailure(turn, process.wid, reason)
}

function logFailure(turn: Turn, wid: number, reason: string): void {
  const { maxRetry } = turn.watcher.policy
  const slot = turn.watcher.slots.find((one) => one.wid === wid)
  let consequence = ''
  if (slot?.is === 'givenUp') {
    consequence = `; slot ${wid} is given up after ${slot.failures} of ${maxRetry} tries (max_retry)`
  } else if (slot?.is === 'open') {
    const pause = Math.max(0, slot.retryAt - turn.moment.now) / 1_000
    consequence = `; next try of slot ${wid} in ${pause.toFixed(1)} s`
  }
  log(turn, 'error', `${reason}${consequence}`)
}

/** A successor was no good: its predecessor stays, and the next try waits longer each time. */
function countRenewalFailure(turn: Turn, process: Process): void {
  const { now, chance } = turn.moment
  const { backoff } = turn.watcher.policy
  changeSlot(turn, process.wid, (slot) => {
    const failures = slot.renewal.failures + 1
    const retryAt = now + backoffDelay(failures, backoff, chance)
    return { ...slot, renewal: { failures, retryAt } }
  })
}

function countDeath(turn: Turn, process: Process, exitCode: number): void {
  const { policy } = turn.watcher
  if (!isFinal(turn) && policy.flapping !== null) {
    countFlap(turn, process, policy.flapping)
    return
  }
  const { now, chance } = turn.moment
  changeSlot(turn, process.wid, (slot) => {
    const isQuick = now - process.spawnedAt < SETTLED_AFTER_MS
    if (isFinal(turn)) {
      return { ...slot, is: 'spent', quickDeaths: isQuick && exitCode !== 0 ? 1 : 0 }
    }
    if (!isQuick) return { ...slot, quickDeaths: 0, retryAt: now }
    if (exitCode === 0) {
      // It did what it had to do, fast; it is run again, but not in a hot loop.
      return { ...slot, retryAt: process.spawnedAt + policy.backoff.minMs }
    }
    const retryAt = now + backoffDelay(slot.quickDeaths, policy.backoff, chance)
    return { ...slot, quickDeaths: slot.quickDeaths + 1, retryAt }
  })
}

/** The rule of Circus' flapping plugin, for one slot in place of the whole watcher. */
function countFlap(turn: Turn, process: Process, flapping: Flapping): void {
  const { now } = turn.moment
  const { attempts, windowMs, retryInMs, maxRetry } = flapping
  const before = turn.watcher.slots.find(({ wid }) => wid === process.wid)
  if (before === undefined) return
  const deaths = [...before.deaths, now].slice(-attempts)
  const [first = now] = deaths
  if (deaths.length < attempts || now - first > windowMs) {
    const rests = now - process.spawnedAt > windowMs ? 0 : before.rests
    changeSlot(turn, process.wid, (slot) => ({ ...slot, deaths, rests, retryAt: now }))
    return
  }
  const isLast = maxRetry >= 0 && before.rests >= maxRetry
  const rested: Slot = {
    ...before,
    is: isLast ? 'givenUp' : 'open',
    deaths: [],
    rests: before.rests + 1,
    retryAt: now + retryInMs,
    lastFailure: `slot ${before.wid} is flapping: ${attempts} deaths within ${windowMs / 1_000} s`,
  }
  changeSlot(turn, process.wid, () => rested)
  const consequence = isLast
    ? `it is given up after ${before.rests} rests (flapping.max_retry)`
    : `it rests for ${retryInMs / 1_000} s (flapping.retry_in)`
  log(turn, 'error', `${rested.lastFailure}; ${consequence}`)
}

function log(turn: Turn, level: 'info' | 'warning' | 'error', message: string): void {
  const { name } = turn.watcher.policy
  turn.effects.push({ type: 'log', level, message: `${name}: ${message}`, watcher: name })
}
