import {
  findWatcher,
  withWatcher,
  type Arbiter,
  type ArbiterStatus,
  type ArbiterTurn,
} from './arbiter-state.ts'
import { advanceBulks, beginBulk, dropFromBulks } from './bulk.ts'
import { cancelJob } from './cancel.ts'
import { dependenciesOf } from './dependencies.ts'
import type { Effect } from './effect.ts'
import { endJob } from './end-job.ts'
import type { ArbiterEvent, WatcherCommand } from './event.ts'
import type { Moment } from './moment.ts'
import type { JobId } from './job.ts'
import type { Milliseconds } from './policy.ts'
import { beginQuit, hurryQuit, leave, quitForEssential } from './quit.ts'
import {
  beginRenewal,
  goOnToStart,
  goOnToStop,
  goOnWithRenewal,
  isRestarting,
} from './renew-all.ts'
import { turnWatcher } from './turn-watcher.ts'
import { wakeTime } from './watcher.ts'
import { newWatcher, type Watcher } from './watcher-state.ts'

type Handler = (turn: ArbiterTurn, event: ArbiterEvent) => void

/** Every status meets every event, as in `process.ts`. */
const transitions: Record<ArbiterStatus, Record<ArbiterEvent['type'], Handler>> = {
  running: {
    addWatcher,
    command: takeCommand,
    bulk: takeBulk,
    process: routeToProcess,
    hookEnded: routeToWatcher,
    demand: routeToWatcher,
    cancel: takeCancel,
    renew: takeRenewal,
    configurationRead: takeConfiguration,
    configurationAdopted: takeConfiguration,
    tick: wakeDueWatchers,
    quit: takeQuit,
  },
  stopping: {
    addWatcher: refuse,
    command: refuse,
    bulk: refuse,
    process: routeToProcess,
    hookEnded: routeToWatcher,
    demand: ignore,
    cancel: refuse,
    renew: refuse,
    configurationRead: ignore,
    configurationAdopted: ignore,
    tick: wakeDueWatchers,
    quit: takeQuit,
  },
  stopped: {
    addWatcher: refuse,
    command: refuse,
    bulk: refuse,
    process: ignore,
    hookEnded: ignore,
    demand: ignore,
    cancel: refuse,
    renew: refuse,
    configurationRead: ignore,
    configurationAdopted: ignore,
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
  finishBulks(turn)
  if (quitForEssential(turn)) finishBulks(turn)
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
  const { policy, request } = event
  if (request !== null && !mayAdd(turn, policy.name, request.job)) return
  const watchers = withWatcher(turn.arbiter.watchers, newWatcher(policy, turn.arbiter.firstNumber))
  turn.arbiter = { ...turn.arbiter, watchers }
  if (request === null) return
  const announcement = { name: 'add', watcher: policy.name } as const
  turn.effects.push({ type: 'announce', announcement })
  const { job, start } = request
  if (start)
    takeCommand(turn, { type: 'command', watcher: policy.name, command: { kind: 'start', job } })
  else endJob(turn, job, { ok: true, result: {} })
}

/** Names differ in more than the case of their letters, and nothing is added while everything is being stopped. */
function mayAdd(turn: ArbiterTurn, name: string, job: JobId): boolean {
  if (isRestarting(turn.arbiter)) {
    endJob(turn, job, { ok: false, reason: 'the daemon is restarting everything' })
    return false
  }
  const isTaken = ({ policy }: Watcher): boolean => policy.name.toLowerCase() === name.toLowerCase()
  if (!turn.arbiter.watchers.some(isTaken)) return true
  endJob(turn, job, { ok: false, reason: `there is a watcher ${name} already` })
  return false
}

function takeCancel(turn: ArbiterTurn, event: ArbiterEvent): void {
  if (event.type === 'cancel') cancelJob(turn, event.job, event.target)
}

function takeCommand(turn: ArbiterTurn, event: ArbiterEvent): void {
  if (event.type !== 'command') return
  const { watcher, command } = event
  if (isRestarting(turn.arbiter)) {
    refuse(turn, event)
  } else if (findWatcher(turn.arbiter, watcher) === undefined) {
    endJob(turn, command.job, { ok: false, reason: `program ${watcher} not found` })
  } else if (findWatcher(turn.arbiter, watcher)?.isLeaving === true) {
    endJob(turn, command.job, { ok: false, reason: `${watcher} is being removed` })
  } else if (startsAfterOthers(turn.arbiter, watcher, command)) {
    const { job } = command
    const how = { warmupDelayMs: 0, sequential: false, isExplicit: true }
    beginBulk(turn, { kind: 'start', job, watchers: [watcher], ...how })
  } else {
    if (command.kind === 'stop' || command.kind === 'restart' || command.kind === 'remove') {
      dropFromBulks(turn, [watcher], command.kind)
    }
    turnWatcher(turn, watcher, { type: 'command', command })
  }
}

/** Whether the command starts a watcher that is not up, and something it depends on is not up. */
function startsAfterOthers(arbiter: Arbiter, name: string, { kind }: WatcherCommand): boolean {
  if (kind !== 'start' && kind !== 'restart' && kind !== 'reload') return false
  if (findWatcher(arbiter, name)?.want === 'up') return false
  return dependenciesOf(arbiter, name).some(({ state }) => state !== 'met')
}

function takeBulk(turn: ArbiterTurn, event: ArbiterEvent): void {
  if (event.type !== 'bulk') return
  if (isRestarting(turn.arbiter)) refuse(turn, event)
  else beginBulk(turn, event.command)
}

function refuse(turn: ArbiterTurn, event: ArbiterEvent): void {
  const reason =
    turn.arbiter.is === 'running' ? 'the daemon is restarting everything' : 'the daemon is stopping'
  const outcome = { ok: false, reason } as const
  if (event.type === 'renew' || event.type === 'cancel') endJob(turn, event.job, outcome)
  else if (event.type === 'addWatcher' && event.request !== null) {
    endJob(turn, event.request.job, outcome)
  } else if (event.type === 'command' || event.type === 'bulk') {
    endJob(turn, event.command.job, outcome)
  }
}

function routeToProcess(turn: ArbiterTurn, event: ArbiterEvent): void {
  if (event.type !== 'process') return
  const { watcher, id } = event.process
  turnWatcher(turn, watcher, { type: 'process', id, event: event.event })
}

function routeToWatcher(turn: ArbiterTurn, event: ArbiterEvent): void {
  if (event.type === 'hookEnded' || event.type === 'demand') {
    turnWatcher(turn, event.watcher, event)
  }
}

function wakeDueWatchers(turn: ArbiterTurn): void {
  for (const watcher of turn.arbiter.watchers) {
    const due = wakeTime(watcher)
    if (due === null || due > turn.moment.now) continue
    turnWatcher(turn, watcher.policy.name, { type: 'tick' })
  }
}

function takeQuit(turn: ArbiterTurn, event: ArbiterEvent): void {
  if (event.type !== 'quit') return
  if (turn.arbiter.is === 'running') beginQuit(turn, event.job)
  else hurryQuit(turn, event.job)
}

function takeRenewal(turn: ArbiterTurn, event: ArbiterEvent): void {
  if (event.type === 'renew') beginRenewal(turn, event.job)
}

function takeConfiguration(turn: ArbiterTurn, event: ArbiterEvent): void {
  if (event.type === 'configurationRead') goOnToStop(turn, event.failure)
  if (event.type === 'configurationAdopted') goOnToStart(turn, event.adoption, event.failure)
}

function finishBulks(turn: ArbiterTurn): void {
  for (const { command, outcome } of advanceBulks(turn)) {
    if (turn.arbiter.is === 'stopping') leave(turn)
    else if (command.job === turn.arbiter.renewal?.job) goOnWithRenewal(turn, outcome)
    else endJob(turn, command.job, outcome)
  }
}
