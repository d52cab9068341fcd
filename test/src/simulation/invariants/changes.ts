import { isDeepStrictEqual } from 'node:util'
import type { Watcher } from '../../../../supervisor/dist/core/watcher-state.js'
import type { Invariant } from '../invariant.ts'
import { outcomesOf } from '../step.ts'

export const changesAreTaken: Invariant = {
  sentence:
    'a watcher that is changed has the new options at once and keeps its name; each option is announced; what runs is reloaded if that is wished, and stays as far as it is wanted',
  watch: () => (step) => {
    const { event, before, after, effects } = step
    if (event.type !== 'command' || event.command.kind !== 'change') return null
    const { job, policy, keys, reloads } = event.command
    if (isRefused(step, job)) return null
    const old = before.watchers.find((one) => one.policy.name === event.watcher)
    const now = after.watchers.find((one) => one.policy.name === event.watcher)
    if (old === undefined || now === undefined) return `${event.watcher} is not there`
    if (!isDeepStrictEqual(now.policy, { ...policy, name: event.watcher })) {
      return `${event.watcher} has other options`
    }
    const told = effects.filter(
      (one) =>
        one.type === 'announce' &&
        one.announcement.name === 'updated' &&
        one.announcement.watcher === event.watcher,
    ).length
    if (told !== keys.length) return `${told} of ${keys.length} options are announced`
    const jobs = [...(now.running === null ? [] : [now.running.job]), ...now.queue]
    const kind = jobs.find(({ id }) => id === job)?.kind
    const expected = reloads && old.want === 'up' ? 'reload' : 'resize'
    if (kind !== undefined && kind !== expected) return `${event.watcher}: ${kind}`
    const lost = old.processes.find(
      ({ id, is }) => is !== 'spawning' && !now.processes.some((one) => one.id === id),
    )
    return lost === undefined ? null : `${event.watcher}: process ${lost.id} is lost`
  },
}

export const additionsAreTaken: Invariant = {
  sentence:
    'a watcher is added once, if no other has its name in any case of its letters, and starts if that is wished; a name that is taken changes nothing',
  watch: () => (step) => {
    const { event, before, after, effects } = step
    const told = effects.flatMap((one) =>
      one.type === 'announce' && one.announcement.name === 'add' ? [one.announcement.watcher] : [],
    )
    if (event.type !== 'addWatcher' || event.request === null) {
      return told.length === 0 ? null : `${told.join()} is added, for nobody`
    }
    const { name } = event.policy
    const { job, start } = event.request
    const isTaken = before.watchers.some(
      ({ policy }) => policy.name.toLowerCase() === name.toLowerCase(),
    )
    const isBusy = before.renewal?.step === 'stopping' || before.renewal?.step === 'adopting'
    if (isTaken || isBusy || before.is !== 'running') {
      if (!isRefused(step, job)) return `${name} is added twice, or too late`
      const policies = after.watchers.map(({ policy }) => policy)
      const hasChanged = !isDeepStrictEqual(
        policies,
        before.watchers.map(({ policy }) => policy),
      )
      return hasChanged || told.length > 0 ? `${name} is refused, with consequences` : null
    }
    if (!isDeepStrictEqual(told, [name])) return `${told.join()} is added, not ${name}`
    const watcher = after.watchers.find(({ policy }) => policy.name === name)
    if (watcher === undefined || !isDeepStrictEqual(watcher.policy, event.policy)) {
      return `${name} is not there, or other than it was described`
    }
    const isComing = after.bulks.some(({ command }) => command.job === job)
    const isStarted = watcher.want === 'up' || watcher.generation > 0 || isComing
    if (isStarted !== start && !isRefused(step, job)) return `${name} is ${watcher.is}`
    return null
  },
}

export const cancelsAreExact: Invariant = {
  sentence:
    'a cancel ends the job that it names, as failed, and no other of a watcher; a job that it cannot end goes on',
  watch: () => (step) => {
    const { event, before, after } = step
    if (event.type !== 'cancel' || before.is !== 'running') return null
    const { job, target } = event
    const ended = outcomesOf(step)
    const answer = ended.find((one) => one.job === job)?.outcome
    if (answer === undefined) return `job ${job} has not ended`
    const isPart = target.includes('/')
    if (!answer.ok) return isRefused(step, target) && !isPart ? `job ${target} has ended` : null
    // Stop and start of a restart of several have one name.
    if (!isPart && jobsOf(after.watchers).includes(target)) return `job ${target} goes on`
    if (after.bulks.some(({ command }) => command.job === target)) return `job ${target} goes on`
    if (!isPart && !isRefused(step, target)) return `job ${target} has not failed`
    const left = before.watchers.filter(({ running, queue }) =>
      [running?.job, ...queue].some((one) => one?.id === target),
    )
    const other = ended.find(
      (one) =>
        !one.outcome.ok &&
        one.job !== target &&
        jobsOf(before.watchers).includes(one.job) &&
        !jobsOf(left).includes(one.job),
    )
    // A part that ends lets the others of its command go on.
    return other === undefined || isPart ? null : `job ${other.job} has ended too`
  },
}

export const cancelledReloadsLeaveTheOld: Invariant = {
  sentence:
    'a reload that is cancelled leaves every process of the old generation that still serves',
  watch: () => (step) => {
    const { event, changes } = step
    if (event.type !== 'cancel') return null
    for (const { name, before, after } of changes) {
      const running = before?.running
      if (before === undefined || after === undefined || !running) continue
      if (running.job.id !== event.target || after.running !== null) continue
      if (after.generation !== running.generation || after.want !== 'up') continue
      for (const old of before.processes) {
        const now = after.processes.find(({ id }) => id === old.id)
        const isOld = old.generation < running.generation
        if (isOld && old.want === 'up' && now?.want !== 'up') {
          return `${name}: process ${old.id} of the old generation goes`
        }
        const hasElder = before.processes.some(
          ({ wid, id, want }) => wid === old.wid && id < old.id && want === 'up',
        )
        if (!isOld && hasElder && old.want === 'up' && now?.want === 'up') {
          return `${name}: successor ${old.id} stays`
        }
      }
    }
    return null
  },
}

function isRefused(step: Parameters<typeof outcomesOf>[0], job: string): boolean {
  return outcomesOf(step).some((one) => one.job === job && !one.outcome.ok)
}

function jobsOf(watchers: readonly Watcher[]): readonly string[] {
  return watchers.flatMap(({ running, queue }) =>
    [running?.job, ...queue].flatMap((job) => job?.id ?? []),
  )
}
