import { findWatcher, type Arbiter, type ArbiterTurn, type Bulk } from './arbiter-state.ts'
import { dependenciesOf, dependentsOf, isUnderWay, withDependencies } from './dependencies.ts'
import type { BulkCommand } from './event.ts'
import type { JobOutcome } from './job.ts'
import { partOf, turnWatcher } from './turn-watcher.ts'

/** Begins a command on several watchers; `advanceBulks` carries it on. */
export function beginBulk(turn: ArbiterTurn, command: BulkCommand): void {
  const step = command.kind === 'restart' ? 'stop' : command.kind
  if (step === 'stop') dropFromBulks(turn, command.watchers, command.kind)
  const bulk: Bulk = {
    command,
    step,
    waiting: inOrder(turn, command, step),
    latest: null,
    open: [],
    waitUntil: null,
    dropped: [],
    failures: [],
    result: {},
  }
  turn.arbiter = { ...turn.arbiter, bulks: [...turn.arbiter.bulks, bulk] }
}

/**
 * Takes every bulk as far as it can go now.
 * @returns those that have ended, with their outcomes
 */
export function advanceBulks(
  turn: ArbiterTurn,
): readonly { readonly command: BulkCommand; readonly outcome: JobOutcome }[] {
  const ended: { readonly command: BulkCommand; readonly outcome: JobOutcome }[] = []
  let hasChanged = true
  // What one bulk begins may end a part of another one, so they are gone through until nothing moves.
  while (hasChanged) {
    hasChanged = false
    for (const { command } of turn.arbiter.bulks) {
      while (beginNext(turn, command)) hasChanged = true
      const outcome = endStep(turn, command)
      if (outcome === 'goesOn') continue
      hasChanged = true
      if (outcome !== 'nextStep') ended.push({ command, outcome })
    }
  }
  return ended
}

/** Somebody stops these watchers: bulks that have not come to them leave them alone. */
export function dropFromBulks(turn: ArbiterTurn, names: readonly string[], by: string): void {
  const bulks = turn.arbiter.bulks.map((bulk): Bulk => {
    const dropped = bulk.command.watchers.filter((name) => names.includes(name))
    if (bulk.step === 'stop') {
      const lost = bulk.command.kind === 'restart' ? dropped : []
      return {
        ...bulk,
        dropped: [...bulk.dropped, ...dropped],
        failures: [...bulk.failures, ...lost.map((name) => supersededBy(name, by))],
      }
    }
    const missed = bulk.waiting.filter((name) => names.includes(name))
    return {
      ...bulk,
      waiting: bulk.waiting.filter((name) => !missed.includes(name)),
      failures: [...bulk.failures, ...missed.map((name) => supersededBy(name, by))],
    }
  })
  turn.arbiter = { ...turn.arbiter, bulks }
}

function supersededBy(name: string, by: string): string {
  return `${name}: superseded by ${by}`
}

/** Starts go down the priorities, stops go up. */
function inOrder(turn: ArbiterTurn, command: BulkCommand, step: Bulk['step']): readonly string[] {
  const names = turn.arbiter.watchers
    .filter(({ isLeaving }) => step === 'stop' || !isLeaving)
    .map(({ policy }) => policy.name)
    .filter((name) => command.watchers.includes(name))
  if (step === 'stop') return names.toReversed()
  return step === 'start' ? withDependencies(turn.arbiter, names) : names
}

function beginNext(turn: ArbiterTurn, command: BulkCommand): boolean {
  const bulk = turn.arbiter.bulks.find((one) => one.command === command)
  if (bulk === undefined) return false
  if (dropHopeless(turn, bulk)) return true
  const name = nextOf(turn, bulk)
  if (name === undefined) {
    // The pause begins again when somebody can be started, if anybody is left.
    if (bulk.waitUntil !== null) replace(turn, { ...bulk, waitUntil: null })
    return false
  }
  if (!isTurnOfNext(turn, bulk)) return false
  const waiting = bulk.waiting.filter((one) => one !== name)
  const begun = { ...bulk, waiting, latest: name, waitUntil: null }
  // Whoever sleeps runs nothing that could be replaced.
  if (bulk.step === 'reload' && isAsleep(turn, name)) {
    replace(turn, begun)
    return true
  }
  if (bulk.step === 'start' && isStartedByDemand(turn, command, name)) {
    replace(turn, begun)
    turnWatcher(turn, name, { type: 'arm' })
    return true
  }
  replace(turn, { ...begun, open: [...bulk.open, name] })
  beginPart(turn, begun, name)
  return true
}

/** Tells the watchers whose turn has not come to stop now, whoever depends on them. */
export function stopAllNow(turn: ArbiterTurn, command: BulkCommand): readonly string[] {
  const bulk = turn.arbiter.bulks.find((one) => one.command === command)
  if (bulk === undefined) return []
  replace(turn, { ...bulk, waiting: [], open: [...bulk.open, ...bulk.waiting] })
  for (const name of bulk.waiting) beginPart(turn, bulk, name)
  return bulk.waiting
}

function isAsleep({ arbiter }: ArbiterTurn, name: string): boolean {
  const watcher = findWatcher(arbiter, name)
  return watcher?.want === 'demand' && watcher.is === 'stopped'
}

function isStartedByDemand(
  { arbiter }: ArbiterTurn,
  { isExplicit, watchers }: BulkCommand,
  name: string,
): boolean {
  if (isExplicit && watchers.includes(name)) return false
  return findWatcher(arbiter, name)?.policy.onDemand === true
}

function beginPart(turn: ArbiterTurn, { command, step }: Bulk, name: string): void {
  const job = partOf(command.job, name)
  turnWatcher(turn, name, {
    type: 'command',
    command:
      step === 'reload'
        ? { kind: 'reload', job, sequential: command.sequential }
        : { kind: step, job },
  })
}

/** The first one that waits and that nobody holds up: its dependencies at a start, its dependents at a stop. */
function nextOf({ arbiter }: ArbiterTurn, bulk: Bulk): string | undefined {
  const { waiting, open } = bulk
  const free = waiting.find((name) => blockersOf(arbiter, bulk, name).length === 0)
  if (free !== undefined || open.length > 0) return free
  // In a circle everybody waits for everybody: one of them must begin.
  return waiting.find((name) => isInCircle(arbiter, bulk, name))
}

/** Whether a watcher waits for itself in the end. The configuration refuses circles, but watchers can be added. */
function isInCircle(arbiter: Arbiter, bulk: Bulk, name: string): boolean {
  const reached = new Set(blockersOf(arbiter, bulk, name))
  for (const one of reached) {
    if (!bulk.waiting.includes(one)) continue
    for (const next of blockersOf(arbiter, bulk, one)) reached.add(next)
  }
  return reached.has(name)
}

/** Watchers that must have been stopped, or be up, before the turn of this one comes. */
function blockersOf(arbiter: Arbiter, bulk: Bulk, name: string): readonly string[] {
  switch (bulk.step) {
    case 'reload':
      return []
    case 'stop':
      return dependentsOf(arbiter, name).filter(
        (one) => bulk.waiting.includes(one) || bulk.open.includes(one),
      )
    case 'start':
      return dependenciesOf(arbiter, name).flatMap(({ watcher, state }) =>
        state === 'met' ? [] : [watcher],
      )
  }
}

/** A watcher whose dependency is down, with nobody about to start that, will not be started. */
function dropHopeless(turn: ArbiterTurn, bulk: Bulk): boolean {
  if (bulk.step !== 'start') return false
  for (const name of bulk.waiting) {
    const failed = dependenciesOf(turn.arbiter, name).find(({ state }) => state === 'failed')
    if (failed === undefined) continue
    const message = `${name} is not started: it depends on ${failed.watcher}, which is not running`
    turn.effects.push({ type: 'log', level: 'error', message, watcher: name })
    replace(turn, {
      ...bulk,
      waiting: bulk.waiting.filter((one) => one !== name),
      failures: [...bulk.failures, message],
    })
    return true
  }
  return false
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

/** Ends the step if nobody is left in it: the bulk has ended then, or has gone from its stops to its starts. */
function endStep(turn: ArbiterTurn, command: BulkCommand): JobOutcome | 'nextStep' | 'goesOn' {
  const bulk = turn.arbiter.bulks.find((one) => one.command === command)
  if (bulk === undefined || bulk.waiting.length > 0 || bulk.open.length > 0) return 'goesOn'
  if (command.kind === 'restart' && bulk.step === 'stop') {
    const waiting = inOrder(turn, command, 'start').filter((name) => !bulk.dropped.includes(name))
    replace(turn, { ...bulk, step: 'start', waiting, latest: null })
    return 'nextStep'
  }
  turn.arbiter = { ...turn.arbiter, bulks: turn.arbiter.bulks.filter((one) => one !== bulk) }
  if (bulk.failures.length === 0) return { ok: true, result: bulk.result }
  return { ok: false, reason: bulk.failures.join('; ') }
}

function replace(turn: ArbiterTurn, bulk: Bulk): void {
  const bulks = turn.arbiter.bulks.map((one) => (one.command === bulk.command ? bulk : one))
  turn.arbiter = { ...turn.arbiter, bulks }
}
