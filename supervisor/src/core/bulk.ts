import { findWatcher, type ArbiterTurn, type Bulk } from './arbiter-state.ts'
import type { BulkCommand } from './event.ts'
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
  for (const { command } of turn.arbiter.bulks) {
    while (beginNext(turn, command)) {
      // Each round begins one watcher; the bulk is looked up anew because that changes it.
    }
    endIfDone(turn, command)
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
  if (bulk === undefined || name === undefined || !mayGoOn(turn, bulk)) return false
  // The pause counts from the moment in which the watcher before was under way.
  if (bulk.latest !== null && bulk.step === 'start' && command.warmupDelayMs > 0) {
    if (bulk.waitUntil === null) {
      replace(turn, { ...bulk, waitUntil: turn.moment.now + command.warmupDelayMs })
      return false
    }
    if (turn.moment.now < bulk.waitUntil) return false
  }
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

/** Whether the next watcher's turn has come, as far as the watcher before it is concerned. */
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

function endIfDone(turn: ArbiterTurn, command: BulkCommand): void {
  const bulk = turn.arbiter.bulks.find((one) => one.command === command)
  if (bulk === undefined || bulk.waiting.length > 0 || bulk.open.length > 0) return
  if (command.kind === 'restart' && bulk.step === 'stop') {
    replace(turn, {
      ...bulk,
      step: 'start',
      waiting: inOrder(turn, command, 'start'),
      latest: null,
      waitUntil: null,
    })
    while (beginNext(turn, command)) {
      // As in advanceBulks.
    }
    endIfDone(turn, command)
    return
  }
  turn.arbiter = { ...turn.arbiter, bulks: turn.arbiter.bulks.filter((one) => one !== bulk) }
  turn.effects.push({
    type: 'endJob',
    job: command.job,
    outcome:
      bulk.failures.length === 0
        ? { ok: true, result: {} }
        : { ok: false, reason: bulk.failures.join('; ') },
  })
}

function replace(turn: ArbiterTurn, bulk: Bulk): void {
  const bulks = turn.arbiter.bulks.map((one) => (one.command === bulk.command ? bulk : one))
  turn.arbiter = { ...turn.arbiter, bulks }
}
