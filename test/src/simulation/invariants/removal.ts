import type { Effect } from '../../../../supervisor/dist/core/effect.js'
import type { Invariant } from '../invariant.ts'
import { outcomesOf } from '../step.ts'

export const removalsAreTold: Invariant = {
  sentence: 'a removal is announced once, before the stop of its watcher',
  watch:
    () =>
    ({ event, effects, before }) => {
      const told = effects.flatMap((effect) =>
        effect.type === 'announce' && effect.announcement.name === 'remove'
          ? [effect.announcement.watcher]
          : [],
      )
      const isRemoval = event.type === 'command' && event.command.kind === 'remove'
      if (!isRemoval) return told.length === 0 ? null : `${told.join()} is removed, for nobody`
      const { job } = event.command
      const isKnown = before.watchers.some(
        ({ policy, isLeaving }) => policy.name === event.watcher && !isLeaving,
      )
      const isRefused =
        !isKnown ||
        effects.some((one) => one.type === 'endJob' && one.job === job && !one.outcome.ok)
      if (isRefused)
        return told.length === 0 ? null : `${event.watcher} is removed by a refused job`
      if (told.length !== 1 || told[0] !== event.watcher) return `${told.join()} is removed`
      const names = effects.flatMap((effect) =>
        effect.type === 'announce' && effect.announcement.watcher === event.watcher
          ? [effect.announcement.name]
          : [],
      )
      const stop = names.indexOf('stop')
      return stop >= 0 && stop < names.indexOf('remove')
        ? `${event.watcher}: ${names.join()}`
        : null
    },
}

export const removedOnesGo: Invariant = {
  sentence:
    'a watcher that is removed is not started any more, and is gone when the job of its removal ends, which ends well',
  watch: ({ openJobs }) => {
    /** Jobs of removals, by watcher. */
    const leaving = new Map<string, string>()
    return (step) => {
      const { event, changes, effects, after } = step
      for (const { name, before, after: watcher } of changes) {
        if (event.type === 'command' && event.watcher === name && event.command.kind === 'remove') {
          if (before?.isLeaving === false) leaving.set(name, event.command.job)
        }
        if (before?.isLeaving === true && before.want !== 'up' && watcher?.want === 'up') {
          return `${name} is started though it leaves`
        }
        if (before?.isLeaving === true && watcher?.isLeaving === false) return `${name} stays`
      }
      for (const { job, outcome } of outcomesOf(step)) {
        const operation = openJobs.get(job)?.operation
        if (operation?.kind !== 'remove' || leaving.get(operation.watcher) !== job) continue
        // A daemon that leaves supersedes everything.
        if (!outcome.ok && after.is !== 'running') continue
        if (!outcome.ok) return `the removal of ${operation.watcher} has failed: ${outcome.reason}`
        leaving.delete(operation.watcher)
        const isLeft = after.watchers.some(({ policy }) => policy.name === operation.watcher)
        if (isLeft) return `${operation.watcher} is still there`
        const times = effects.filter(
          (one) => one.type === 'forget' && one.watcher === operation.watcher,
        )
        if (times.length !== 1) return `${operation.watcher} is forgotten ${times.length} times`
      }
      return null
    }
  },
}

export const goneOnesAreForgotten: Invariant = {
  sentence: 'a watcher is forgotten when it is gone, by a removal, and at no other time',
  watch:
    () =>
    ({ event, changes, effects }) => {
      const forgotten = effects.flatMap((one) => (one.type === 'forget' ? [one.watcher] : []))
      for (const { name, before, after } of changes) {
        const isGone = before !== undefined && after === undefined
        const isForgotten = forgotten.includes(name)
        if (isForgotten && !isGone) return `${name} is forgotten, and is there`
        if (!isGone || isForgotten || event.type === 'configurationAdopted') continue
        return `${name} is gone, and nobody forgets it`
      }
      return null
    },
}

export const forgottenOnesAreLeftAlone: Invariant = {
  sentence: 'nothing is done for a watcher after it was forgotten, and nothing of it is watched',
  watch: ({ awaited, programs }) => {
    const forgotten = new Set<string>()
    return ({ event, effects, after }) => {
      if (event.type === 'addWatcher') forgotten.delete(event.policy.name)
      if (event.type === 'configurationAdopted') {
        for (const { name } of event.adoption.policies) forgotten.delete(name)
      }
      for (const effect of effects) {
        const watcher = watcherOf(effect)
        if (watcher === null) continue
        if (forgotten.has(watcher)) return `${watcher} is forgotten before ${effect.type}`
        if (effect.type !== 'forget') continue
        forgotten.add(watcher)
        if (awaited.has(watcher)) return `connections for ${watcher} are still looked for`
        if (programs.of(watcher).size > 0) return `${watcher} leaves processes behind`
      }
      for (const { command, waiting, open } of after.bulks) {
        const left = [...waiting, ...open].find((name) => forgotten.has(name))
        if (left !== undefined) return `job ${command.job} waits for ${left}`
      }
      return null
    }
  },
}

export const leftProcessesAreLeftAlone: Invariant = {
  sentence:
    'a removal that leaves the processes releases each of them, ends none and calls off what was not spawned',
  watch:
    () =>
    ({ event, effects, before }) => {
      const released = effects.filter((one) => one.type === 'release').length
      const isRemoval = event.type === 'command' && event.command.kind === 'remove'
      const isLeaving = isRemoval && event.command.leavesProcesses
      if (!isLeaving) return released === 0 ? null : 'processes are released, for nobody'
      const old = before.watchers.find(({ policy }) => policy.name === event.watcher)
      const isRefused = effects.some(
        (one) => one.type === 'endJob' && one.job === event.command.job && !one.outcome.ok,
      )
      if (isRefused || old === undefined) return null
      const living = old.processes.filter(({ pid }) => pid !== null).length
      if (released !== living) return `${released} of ${living} processes are released`
      const ended = effects.find(
        (one) =>
          (one.type === 'signal' || one.type === 'killTree' || one.type === 'stopCommand') &&
          one.process.watcher === event.watcher,
      )
      return ended === undefined ? null : `${event.watcher}: ${ended.type}`
    },
}

/** What the effect concerns, unless it only tells somebody something. */
function watcherOf(effect: Effect): string | null {
  if (effect.type === 'announce') return effect.announcement.watcher
  if (effect.type === 'log') return null
  if ('process' in effect && effect.process !== null && 'watcher' in effect.process) {
    return effect.process.watcher
  }
  return 'watcher' in effect ? effect.watcher : null
}
