import type { Arbiter } from '../../../../supervisor/dist/core/arbiter-state.js'
import type { Invariant } from '../invariant.ts'
import type { Step } from '../step.ts'
import type { WorldView } from '../world-view.ts'

/** Shortest time between two wakes of a watcher. */
const WAKE_INTERVAL_MS = 20

export const sleepersAreWatched: Invariant = {
  sentence:
    'connections are looked for exactly while a watcher sleeps, or will be when its pause is over',
  watch:
    (world) =>
    ({ changes, now }) => {
      for (const { name, after } of changes) {
        const isAwaited = world.awaited.has(name)
        if (after === undefined) continue
        const isAsleep = after.want === 'demand' && after.is === 'stopped' && after.running === null
        if (!isAsleep) {
          if (isAwaited) return `${name} does not sleep`
          continue
        }
        if (after.demand.isAwaited !== isAwaited) return `${name} is not awaited as it thinks`
        if (!isAwaited && after.demand.awaitAt <= now) return `${name} sleeps and nobody looks`
        if (after.demand.awaitAt - now > after.policy.backoff.maxMs) {
          return `${name} will not be awaited before ${after.demand.awaitAt}`
        }
      }
      return null
    },
}

export const sleepersAreLetSleep: Invariant = {
  sentence: 'a watcher with on_demand starts by a connection, or because somebody named it',
  watch: (world) => (step) => {
    for (const { name, before, after } of step.changes) {
      if (after?.want !== 'up' || before?.want === 'up' || !after.policy.onDemand) continue
      if (!isWokenRightly(world, step, name)) return `${name} was not asked to start`
    }
    return null
  },
}

export const connectionsWake: Invariant = {
  sentence: 'the first connection starts a watcher that sleeps',
  watch:
    () =>
    ({ event, before, after }) => {
      if (event.type !== 'demand' || before.is !== 'running') return null
      const old = before.watchers.find(({ policy }) => policy.name === event.watcher)
      const now = after.watchers.find(({ policy }) => policy.name === event.watcher)
      if (old?.want !== 'demand' || old.is !== 'stopped' || !old.demand.isAwaited) return null
      return now?.want === 'up' ? null : `${event.watcher} sleeps on`
    },
}

export const finishedOnesSleepAgain: Invariant = {
  sentence:
    'a watcher with on_demand whose processes have all ended sleeps again; at once, or after a pause if it failed',
  watch:
    () =>
    ({ event, changes, now }) => {
      for (const { name, before, after } of changes) {
        if (before?.want !== 'up' || after?.policy.onDemand !== true) continue
        if (after.want === 'up' || !after.hasEnded) continue
        const hasFinished = after.slots.length > 0 && after.slots.every(({ is }) => is === 'spent')
        if (!hasFinished) continue
        if (after.want !== 'demand') return `${name} does not sleep`
        if (event.type !== 'process' || event.event.type !== 'cleared') continue
        const isQuick = after.slots.some((slot) => slot.quickDeaths > 0 || slot.failures > 0)
        const { awaitAt } = after.demand
        const { minMs } = after.policy.backoff
        // Work done at once may be followed by more work after a moment.
        const soonest = Math.max(now, after.demand.wokenAt + WAKE_INTERVAL_MS)
        if (isQuick ? awaitAt < now + minMs * 0.75 : awaitAt > soonest) {
          return `${name} sleeps at ${now} and is awaited at ${awaitAt}`
        }
      }
      return null
    },
}

function isWokenRightly(
  world: WorldView,
  { event, before, after, effects }: Step,
  name: string,
): boolean {
  if (event.type === 'demand') {
    const old = before.watchers.find(({ policy }) => policy.name === name)
    return event.watcher === name && old?.demand.isAwaited === true
  }
  const watcher = after.watchers.find(({ policy }) => policy.name === name)
  const job = watcher?.running?.job.id
  if (job === undefined) return effects.length > 0
  const [main = job] = job.split('/')
  const operation = world.openJobs.get(main)?.operation
  // Part of a command that was superseded: it had named the watcher, or not, and nobody can tell any more.
  if (operation === undefined && job !== main) return true
  switch (operation?.kind) {
    case 'start':
    case 'restart':
    case 'reload':
      return operation.watcher === name
    case 'bulk':
      // A reload starts what is stopped; only who sleeps is left alone.
      if (operation.what === 'reload' && wasDown(before, name)) return true
      return operation.isExplicit && operation.watchers.includes(name)
    case undefined:
    case 'stop':
    case 'resize':
    case 'renew':
    case 'connect':
    case 'release':
    case 'crash':
    case 'suspend':
    case 'falseAlarm':
    case 'quit':
      return false
  }
}

function wasDown({ watchers }: Arbiter, name: string): boolean {
  return watchers.some(
    ({ policy, want, queue }) => policy.name === name && (want === 'down' || queue.length > 0),
  )
}
