import { findWatcher, type ArbiterTurn, type Bulk } from './arbiter-state.ts'
import type { BulkCommand } from './event.ts'
import type { JobOutcome } from './job.ts'
import { partOf, turnWatcher } from './turn-watcher.ts'
import { upByWid, type Watcher } from './watcher-state.ts'

/** Begins a command on several watchers; `advanceBulks` carries it on. */
export function beginBulk(turn: ArbiterTurn, command: BulkCommand): void {
  const step = command.kind === 'restart' ? 'stop' : command.kind
  const bulk: Bulk = {
    command,
    step,
    waiting: inOrder(turn, command, step),
    latest: null,
    open: [],
    waitUntil: null,
    failures: [],
  }
  turn.arbiter = { ...turn.arbiter, bulks: [...turn.arbiter.bulks, bulk] }
}

/** Takes every bulk as far as it can go now, and ends those which are done. */
export function advanceBulks(turn: ArbiterTurn): void {
  let hasChanged = true
  // What one bulk begins may end a part of another one, so they are gone through until nothing moves.
  while (hasChanged) {
    hasChanged = false
    for (const { command } of turn.arbiter.bulks) {
      while (beginNext(turn, command)) hasChanged = true
      if (endStep(turn, command)) hasChanged = true
    }
  }
}

/** Starts go down the priorities, stops go up. */
function inOrder(turn: ArbiterTurn, command: BulkCommand, step: Bulk['step']): readonly string[] {
  const names = turn.arbiter.watchers
    .map(({ policy }) => policy.name)
    .filter((name) => command.watchers.includes(name))
  return step === 'stop' ? names.toReversed() : names
}

function beginNext(turn: ArbiterTurn, command: BulkCommand): boolean {
  const bulk = turn.arbiter.bulks.find((one) => one.command === command)
  const [name, ...waiting] = bulk?.waiting ?? []
  if (bulk === undefined || name === undefined || !isTurnOfNext(turn, bulk)) return false
  replace(turn, {
    ...bulk,
    waiting,
    latest: name,
    open: [...bulk.open, name],
    waitUntil: null,
  })
  const job = partOf(command.job, name)
  turnWatcher(turn, name, {
    type: 'command',
    command:
      bulk.step === 'reload'
        ? { kind: 'reload', job, sequential: command.sequential }
        : { kind: bulk.step, job },
  })
  return true
}

/** Whether the watcher before is under way and the pause after it is over. Begins that pause. */
function isTurnOfNext(turn: ArbiterTurn, bulk: Bulk): boolean {
  if (bulk.waitUntil !== null) return turn.moment.now >= bulk.waitUntil
  if (!mayGoOn(turn, bulk)) return false
  const pause = bulk.step === 'start' && bulk.latest !== null ? bulk.command.warmupDelayMs : 0
  if (pause === 0) return true
  replace(turn, { ...bulk, waitUntil: turn.moment.now + pause })
  return false
}

/** Whether the next watcher may begin, as far as the one before it is concerned. */
function mayGoOn(turn: ArbiterTurn, bulk: Bulk): boolean {
  if (bulk.latest === null || bulk.step === 'stop') return true
  if (!bulk.open.includes(bulk.latest)) return true
  if (bulk.step === 'reload') return false
  const watcher = findWatcher(turn.arbiter, bulk.latest)
  return watcher === undefined || isUnderWay(watcher)
}

/** Whether every slot has had its chance: a slow or broken watcher does not hold up the start of the others. */
function isUnderWay(watcher: Watcher): boolean {
  const holders = upByWid(watcher)
  const hasBegun = watcher.slots.every((slot) => {
    if (slot.is !== 'open' || slot.failures > 0) return true
    return holders.get(slot.wid)?.some(({ pid }) => pid !== null) ?? false
  })
  return hasBegun && watcher.slots.length === watcher.policy.numprocesses
}

/** @returns whether the bulk has ended, or has gone from its stops to its starts */
function endStep(turn: ArbiterTurn, command: BulkCommand): boolean {
  const bulk = turn.arbiter.bulks.find((one) => one.command === command)
  if (bulk === undefined || bulk.waiting.length > 0 || bulk.open.length > 0) return false
  if (command.kind === 'restart' && bulk.step === 'stop') {
    const waiting = inOrder(turn, command, 'start')
    replace(turn, { ...bulk, step: 'start', waiting, latest: null })
    return true
  }
  turn.arbiter = { ...turn.arbiter, bulks: turn.arbiter.bulks.filter((one) => one !== bulk) }
  const outcome: JobOutcome =
    bulk.failures.length === 0
      ? { ok: true, result: {} }
      : { ok: false, reason: bulk.failures.join('; ') }
  turn.effects.push({ type: 'endJob', job: command.job, outcome })
  return true
}

function replace(turn: ArbiterTurn, bulk: Bulk): void {
  const bulks = turn.arbiter.bulks.map((one) => (one.command === bulk.command ? bulk : one))
  turn.arbiter = { ...turn.arbiter, bulks }
}
