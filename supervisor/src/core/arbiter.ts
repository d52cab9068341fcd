import { findWatcher, type Arbiter, type ArbiterStatus, type ArbiterTurn } from './arbiter-state.ts'
import { advanceBulks, beginBulk } from './bulk.ts'
import type { Effect } from './effect.ts'
import type { ArbiterEvent } from './event.ts'
import type { JobId, JobOutcome } from './job.ts'
import type { Moment } from './moment.ts'
import type { Milliseconds } from './policy.ts'
import { partOf, turnWatcher } from './turn-watcher.ts'
import { wakeTime } from './watcher.ts'
import { newWatcher } from './watcher-state.ts'

type Handler = (turn: ArbiterTurn, event: ArbiterEvent) => void

/** Every status meets every event, as in `process.ts`. */
const transitions: Record<ArbiterStatus, Record<ArbiterEvent['type'], Handler>> = {
  running: {
    addWatcher,
    command: takeCommand,
    bulk: takeBulk,
    process: routeToProcess,
    tick: wakeDueWatchers,
    quit: beginQuit,
  },
  stopping: {
    addWatcher: ignore,
    command: refuse,
    bulk: refuse,
    process: routeToProcess,
    tick: wakeDueWatchers,
    quit: hurryQuit,
  },
  stopped: {
    addWatcher: ignore,
    command: refuse,
    bulk: refuse,
    process: ignore,
    tick: ignore,
    quit: ignore,
  },
}

/** The one way in which the supervisor's state changes. */
export function stepArbiter(
  arbiter: Arbiter,
  event: ArbiterEvent,
  moment: Moment,
): { readonly arbiter: Arbiter; readonly effects: readonly Effect[] } {
  const turn: ArbiterTurn = { arbiter, effects: [], moment }
  transitions[arbiter.is][event.type](turn, event)
  advanceBulks(turn)
  advanceQuit(turn)
  return { arbiter: turn.arbiter, effects: turn.effects }
}

/** When the arbiter must get its next `tick`, or null if only an event can change it. */
export function arbiterWakeTime(arbiter: Arbiter): Milliseconds | null {
  const times = [
    ...arbiter.watchers.map(wakeTime),
    ...arbiter.bulks.map(({ waitUntil }) => waitUntil),
  ].filter((time) => time !== null)
  return times.length === 0 ? null : Math.min(...times)
}

function ignore(): void {}

function addWatcher(turn: ArbiterTurn, event: ArbiterEvent): void {
  if (event.type !== 'addWatcher') return
  const watchers = [...turn.arbiter.watchers]
  const index = watchers.findIndex(({ policy }) => policy.priority < event.policy.priority)
  watchers.splice(index < 0 ? watchers.length : index, 0, newWatcher(event.policy))
  turn.arbiter = { ...turn.arbiter, watchers }
}

function takeCommand(turn: ArbiterTurn, event: ArbiterEvent): void {
  if (event.type !== 'command') return
  if (findWatcher(turn.arbiter, event.watcher) === undefined) {
    endJob(turn, event.command.job, { ok: false, reason: `program ${event.watcher} not found` })
    return
  }
  turnWatcher(turn, event.watcher, { type: 'command', command: event.command })
}

function takeBulk(turn: ArbiterTurn, event: ArbiterEvent): void {
  if (event.type === 'bulk') beginBulk(turn, event.command)
}

function refuse(turn: ArbiterTurn, event: ArbiterEvent): void {
  if (event.type !== 'command' && event.type !== 'bulk') return
  endJob(turn, event.command.job, { ok: false, reason: 'the daemon is stopping' })
}

function routeToProcess(turn: ArbiterTurn, event: ArbiterEvent): void {
  if (event.type !== 'process') return
  const { watcher, id } = event.process
  turnWatcher(turn, watcher, { type: 'process', id, event: event.event })
}

function wakeDueWatchers(turn: ArbiterTurn): void {
  for (const watcher of turn.arbiter.watchers) {
    const due = wakeTime(watcher)
    if (due === null || due > turn.moment.now) continue
    turnWatcher(turn, watcher.policy.name, { type: 'tick' })
  }
}

function beginQuit(turn: ArbiterTurn, event: ArbiterEvent): void {
  if (event.type !== 'quit') return
  for (const { command } of turn.arbiter.bulks) {
    endJob(turn, command.job, { ok: false, reason: 'superseded by quit' })
  }
  turn.arbiter = { ...turn.arbiter, is: 'stopping', bulks: [], quitJobs: [event.job] }
  for (const { policy } of turn.arbiter.watchers.toReversed()) {
    const job = partOf(event.job, policy.name)
    turnWatcher(turn, policy.name, { type: 'command', command: { kind: 'stop', job } })
  }
}

/** The second wish to quit shortens every graceful timeout, the third one kills. */
function hurryQuit(turn: ArbiterTurn, event: ArbiterEvent): void {
  if (event.type !== 'quit') return
  turn.arbiter = { ...turn.arbiter, quitJobs: [...turn.arbiter.quitJobs, event.job] }
  for (const { policy } of turn.arbiter.watchers) turnWatcher(turn, policy.name, { type: 'hurry' })
}

function advanceQuit(turn: ArbiterTurn): void {
  if (turn.arbiter.is !== 'stopping') return
  if (turn.arbiter.watchers.some(({ is }) => is !== 'stopped')) return
  turn.arbiter = { ...turn.arbiter, is: 'stopped' }
  for (const job of turn.arbiter.quitJobs) endJob(turn, job, { ok: true, result: {} })
  turn.effects.push({ type: 'leave' })
}

function endJob(turn: ArbiterTurn, job: JobId, outcome: JobOutcome): void {
  turn.effects.push({ type: 'endJob', job, outcome })
}
