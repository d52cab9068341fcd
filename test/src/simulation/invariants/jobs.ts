import type { Watcher } from '../../../../supervisor/dist/core/watcher-state.js'
import { LATE_TREE_MS, SPAWN_MS, STUCK_MS } from '../behaviour.ts'
import type { Invariant } from '../invariant.ts'
import { newsOf } from '../news.ts'
import { outcomesOf } from '../step.ts'
import { HOOK_MS, LATE_MS } from '../world-view.ts'

export const jobsEndOnce: Invariant = {
  sentence: 'the job of each command ends once, and nobody else hears of an end',
  watch:
    ({ openJobs }) =>
    (step) => {
      const ended = new Set<string>()
      for (const { job } of outcomesOf(step)) {
        const isKnown = job === 'essential' || openJobs.has(job)
        if (!isKnown || ended.has(job)) return `job ${job} ends though it is not open`
        ended.add(job)
      }
      return null
    },
}

export const goodEndsAreTrue: Invariant = {
  sentence: 'a job that ends well has done what it says',
  watch:
    ({ openJobs, programs }) =>
    (step) => {
      for (const { job, outcome } of outcomesOf(step)) {
        const operation = openJobs.get(job)?.operation
        if (outcome.ok && operation?.kind === 'renew' && operation.fails !== 'never') {
          return `job ${job} ends well, though the configuration was bad`
        }
        if (!outcome.ok || operation === undefined || !('watcher' in operation)) continue
        const before = step.before.watchers.find(({ policy }) => policy.name === operation.watcher)
        const running = before?.running?.job.id === job ? before.running : null
        const after = step.after.watchers.find(({ policy }) => policy.name === operation.watcher)
        // The next job in the queue may have begun in the same step.
        if (after === undefined || after.running !== null) continue
        if (after.generation > (running?.generation ?? Infinity)) continue
        // A start with dependencies is a job on several watchers, and ends with the last of them.
        if (running === null && operation.kind !== 'stop') continue
        if (operation.kind === 'stop') {
          if (after.want === 'down' && programs.of(operation.watcher).size > 0) {
            return `${operation.watcher}: stopped with ${programs.of(operation.watcher).size} processes`
          }
        } else if (operation.kind === 'start' || operation.kind === 'restart') {
          if ((after.is !== 'active' || !isServed(after)) && !hasDoneItsWork(after)) {
            return `${operation.watcher}: ${operation.kind} ended, and it is ${after.is}`
          }
        } else if (operation.kind === 'reload' && !after.policy.sendHup && running !== null) {
          const old = after.processes.find(({ generation }) => generation < running.generation)
          if (old !== undefined) return `${operation.watcher}: reloaded with old process ${old.id}`
        } else if (operation.kind === 'resize' && after.want === 'up') {
          const leaving = after.processes.find(({ want }) => want !== 'up')
          if (leaving !== undefined)
            return `${operation.watcher}: process ${leaving.id} still leaves`
        }
      }
      return null
    },
}

export const startsForgetFailures: Invariant = {
  sentence:
    'a start, restart or reload begins a new generation, and every slot gets another chance',
  watch:
    () =>
    ({ changes }) => {
      for (const { name, before, after } of changes) {
        const running = after?.running
        if (!running || before?.running?.job.id === running.job.id) continue
        const { kind } = running.job
        const isNew = kind === 'start' || kind === 'restart' || kind === 'reload'
        if (isNew && before !== undefined && after.generation <= before.generation) {
          return `${name}: ${kind} in generation ${after.generation}`
        }
      }
      return null
    },
}

export const reloadsAreTransactions: Invariant = {
  sentence:
    'one bad successor ends the reload at once, as failed and with all its successors; nobody else goes',
  watch: () => (step) => {
    for (const change of step.changes) {
      const { name, before, after } = change
      const running = before?.running
      if (before === undefined || after === undefined || !running) continue
      if (running.job.kind !== 'reload' || running.step !== 'replacing') continue
      const bad = newsOf(step, change).find(
        ({ kind, isSuccessor, process }) =>
          kind !== 'becameReady' && isSuccessor && process.generation >= running.generation,
      )
      if (bad === undefined) continue
      if (after.running?.job.id === running.job.id) return `${name}: the reload goes on`
      const isOk = outcomesOf(step).some(({ job, outcome }) => job === running.job.id && outcome.ok)
      if (isOk) return `${name}: the reload ends well`
      const left = after.processes.find(
        (one) =>
          one.want === 'up' &&
          one.generation === running.generation &&
          before.processes.some(({ id }) => id === one.id) &&
          after.processes.some(
            ({ wid, id, want }) => wid === one.wid && id < one.id && want === 'up',
          ),
      )
      if (left !== undefined) return `${name}: successor ${left.id} stays`
    }
    return null
  },
}

export const hangUpsAreSent: Invariant = {
  sentence: 'a reload with send_hup sends SIGHUP to every process that serves and replaces nobody',
  watch:
    () =>
    ({ event, before, after, effects }) => {
      const sent = effects.filter((effect) => effect.type === 'signal' && effect.purpose !== 'stop')
      for (const effect of sent) {
        if (effect.type !== 'signal') continue
        const policy = after.watchers.find(
          (one) => one.policy.name === effect.process.watcher,
        )?.policy
        if (policy?.sendHup !== true || effect.signal !== 1) {
          return `${effect.process.watcher}: signal ${effect.signal}`
        }
      }
      if (event.type !== 'command' || event.command.kind !== 'reload') return null
      const old = before.watchers.find(({ policy }) => policy.name === event.watcher)
      const isIdle = old?.running === null && old.queue.length === 0 && old.want === 'up'
      if (!isIdle || !old.policy.sendHup || old.is === 'stopped') return null
      const isRefused = outcomesOf({
        event,
        before,
        after,
        effects,
        now: 0,
        chance: 0,
        changes: [],
      }).some(({ outcome }) => !outcome.ok)
      const now = after.watchers.find(({ policy }) => policy.name === event.watcher)
      const left = new Set(now?.processes.filter(({ want }) => want === 'up').map(({ id }) => id))
      const living = old.processes.filter(({ pid, id }) => pid !== null && left.has(id)).length
      if (isRefused || sent.length === living) return null
      return `${event.watcher}: ${sent.length} of ${living} processes get SIGHUP`
    },
}

export const stopsTakeEffectAtOnce: Invariant = {
  sentence:
    'whoever stops does not wait for what runs: nothing is wanted any more, and what ran is superseded',
  watch:
    ({ openJobs }) =>
    (step) => {
      const { event, before, after } = step
      if (event.type !== 'command' || before.is !== 'running') return null
      const { kind, job } = event.command
      if (kind !== 'stop' && kind !== 'restart') return null
      const isRefused = outcomesOf(step).some((one) => one.job === job && !one.outcome.ok)
      const old = before.watchers.find(({ policy }) => policy.name === event.watcher)
      const now = after.watchers.find(({ policy }) => policy.name === event.watcher)
      if (isRefused || old === undefined || now === undefined) return null
      const first = old.running?.job
      const isLost = outcomesOf(step).some((one) => one.job === first?.id && !one.outcome.ok)
      if (kind === 'stop' && first?.kind === 'stop' && isLost)
        return `stop ${first.id} is superseded`
      if (old.is === 'stopping' && kind === 'restart') return null
      // Somebody has armed it again meanwhile: the second stop comes after the first.
      if (now.is === 'stopping' && now.want === 'demand') return null
      if (kind === 'stop' && now.want !== 'down') return `${event.watcher} is wanted ${now.want}`
      if (old.is === 'stopped') return null
      const left = [...old.queue, ...(old.running === null ? [] : [old.running.job])].find(
        ({ id, kind: other }) =>
          other !== kind && openJobs.has(id) && !outcomesOf(step).some((one) => one.job === id),
      )
      return left === undefined ? null : `${event.watcher}: ${left.kind} ${left.id} goes on`
    },
}

/** A stop waits for its hook, for spawns that are on their way, for patience, the kernel and the tree. */
const STOP_MS = HOOK_MS + SPAWN_MS + STUCK_MS + LATE_TREE_MS + 10 * LATE_MS

export const stopsEnd: Invariant = {
  sentence:
    'the job of a stop ends when its hook, the graceful timeout and the clearing can have ended',
  watch:
    (world) =>
    ({ after, now }) => {
      for (const [job, { operation, since, suspendedMs }] of world.openJobs) {
        if (operation.kind !== 'stop') continue
        const watcher = after.watchers.find(({ policy }) => policy.name === operation.watcher)
        const grace = watcher?.policy.gracefulTimeoutMs ?? 0
        const age = now - since - (world.suspendedMs - suspendedMs)
        if (age > STOP_MS + grace) return `job ${job} waits since ${since}`
      }
      return null
    },
}

function isServed({ slots, processes, policy }: Watcher): boolean {
  if (slots.length !== policy.numprocesses) return false
  return slots.every(
    ({ is, wid }) =>
      is === 'spent' || processes.some((one) => one.wid === wid && one.is === 'ready'),
  )
}

/** Whether every slot's process has ended by itself, with nothing said against it, and is not replaced. */
function hasDoneItsWork({ slots, policy }: Watcher): boolean {
  const isDone = slots.every(({ is, lastFailure }) => is === 'spent' && lastFailure === null)
  return (!policy.respawn || policy.onDemand) && slots.length > 0 && isDone
}
