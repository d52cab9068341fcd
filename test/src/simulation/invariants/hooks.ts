import type { Process } from '../../../../supervisor/dist/core/process-state.js'
import type { Watcher } from '../../../../supervisor/dist/core/watcher-state.js'
import type { Invariant } from '../invariant.ts'

export const hooksAreCalled: Invariant = {
  sentence:
    'the hooks of a watcher are called when it begins to start, to stop, and after each spawn; and it waits for no other',
  watch:
    (world) =>
    ({ changes, event, effects, before, after }) => {
      for (const { name, before: old, after: now } of changes) {
        if (now === undefined) continue
        const { gate, policy } = now
        const open = world.gates.get(name)
        if (gate !== null && (open?.call !== gate.call || open.hook !== gate.hook)) {
          return `${name} waits for ${gate.hook}, which nobody runs`
        }
        const isOpened = gate !== null && gate.call !== old?.gate?.call
        if (isOpened && !policy.gates.includes(gate.hook)) return `${name} has no ${gate.hook}`
        const isCalled = (hook: string): boolean =>
          effects.some((one) => one.type === 'hook' && one.watcher === name && one.hook === hook)
        if (old === undefined) continue
        const begins = old.is === 'stopped' && now.is === 'starting'
        if (begins && policy.gates.includes('before_start') && !isCalled('before_start')) {
          return `${name}: before_start is not called`
        }
        const ends = now.is === 'stopping' && old.is !== 'stopping' && old.is !== 'stopped'
        if (ends && policy.gates.includes('before_stop') && !isCalled('before_stop')) {
          return `${name}: before_stop is not called`
        }
      }
      if (event.type !== 'process' || event.event.type !== 'spawned') return null
      const name = event.process.watcher
      const policy = after.watchers.find((one) => one.policy.name === name)?.policy
      const wasWanted = before.watchers
        .find((one) => one.policy.name === name)
        ?.processes.some(({ id, want }) => id === event.process.id && want === 'up')
      if (policy?.gates.includes('after_spawn') !== true || !wasWanted) return null
      const isCalled = effects.some((one) => one.type === 'hook' && one.hook === 'after_spawn')
      return isCalled ? null : `${name}: after_spawn is not called`
    },
}

/** Commands whose consequences for processes wait for no hook. */
const actsAtOnce: readonly string[] = ['resize', 'change', 'kill']

export const hooksAreAwaited: Invariant = {
  sentence:
    'nothing is spawned before before_start has agreed, start is not announced before after_start has, nobody is stopped before before_stop has ended',
  watch: () => {
    return ({ changes, effects, event }) => {
      for (const { name, before, after } of changes) {
        if (after === undefined) continue
        const hook = after.gate?.hook
        for (const effect of effects) {
          if (effect.type === 'spawn' && effect.process.watcher === name) {
            if (hook === 'before_start') return `${name} spawns before before_start has ended`
          } else if (effect.type === 'signal' || effect.type === 'stopCommand') {
            // A queued reload may have been told by SIGHUP in the same step.
            if (effect.type === 'signal' && effect.purpose !== 'stop') continue
            if (hook !== 'before_stop' || effect.process.watcher !== name) continue
            if (event.type === 'command' && actsAtOnce.includes(event.command.kind)) continue
            const process = before?.processes.find(({ id }) => id === effect.process.id)
            // Whoever is not ready in time goes in any case, and so does whoever had to go before.
            const isReady = process?.is === 'ready' && process.want === 'up'
            if (isReady && !isOfLostReload(before, after, process)) {
              return `${name}: process ${process.id} is stopped before before_stop has ended`
            }
          }
        }
        const becomesActive = after.is === 'active' && before?.is !== 'active'
        if (becomesActive && after.policy.gates.includes('after_start')) {
          const isAgreed =
            event.type === 'hookEnded' &&
            event.isAllowed &&
            before?.gate?.hook === 'after_start' &&
            before.gate.call === event.call
          if (!isAgreed) return `${name} is active before after_start has agreed`
        }
      }
      return null
    }
  },
}

/** Whether it was to succeed another one in a reload that has ended. */
function isOfLostReload(
  before: Watcher | undefined,
  after: Watcher,
  { generation }: Process,
): boolean {
  const running = before?.running
  if (running?.job.kind !== 'reload' || after.running?.job.id === running.job.id) return false
  return generation >= running.generation
}

export const refusalsAreObeyed: Invariant = {
  sentence:
    'a watcher whose before_start, after_start, before_spawn or after_spawn says no goes down, except when a successor was refused',
  watch:
    () =>
    ({ event, before, after }) => {
      if (event.type === 'hookEnded') {
        const old = before.watchers.find(({ policy }) => policy.name === event.watcher)
        const now = after.watchers.find(({ policy }) => policy.name === event.watcher)
        const isMeant = old?.gate?.call === event.call
        if (!isMeant || event.isAllowed || old.gate?.hook === 'before_stop') return null
        const isNewJob = now?.running?.job.id !== old.running?.job.id
        return now?.want === 'up' && !isNewJob ? `${event.watcher} is up` : null
      }
      if (event.type !== 'process') return null
      const { type } = event.event
      const isRefusal =
        type === 'spawnRefused' || (event.event.type === 'hookEnded' && !event.event.isAllowed)
      const { watcher, id } = event.process
      const old = before.watchers.find(({ policy }) => policy.name === watcher)
      const now = after.watchers.find(({ policy }) => policy.name === watcher)
      const process = old?.processes.find((one) => one.id === id)
      if (!isRefusal || process?.want !== 'up' || old === undefined || now === undefined)
        return null
      if (type === 'hookEnded' && (!process.awaitsHook || process.is === 'stopping')) return null
      const isSuccessor = old.processes.some(
        (one) => one.wid === process.wid && one.want === 'up' && one.id < id,
      )
      const isNewJob = now.running?.job.id !== old.running?.job.id
      if (!isSuccessor && now.want === 'up' && !isNewJob) return `${watcher} is up`
      if (isSuccessor && now.want !== old.want && !isNewJob) return `${watcher} is ${now.want}`
      return null
    },
}

export const stopHookEnds: Invariant = {
  sentence: 'when before_stop has ended, whatever it says, all processes are told to stop',
  watch:
    () =>
    ({ event, before, after }) => {
      if (event.type !== 'hookEnded') return null
      const old = before.watchers.find(({ policy }) => policy.name === event.watcher)
      const now = after.watchers.find(({ policy }) => policy.name === event.watcher)
      if (old?.gate?.hook !== 'before_stop' || old.gate.call !== event.call) return null
      if (now === undefined) return null
      if (now.gate?.call === event.call) return `${event.watcher} still waits`
      const left = old.processes.find(
        ({ id, want }) =>
          want === 'up' && now.processes.find((one) => one.id === id)?.want === 'up',
      )
      return left === undefined ? null : `${event.watcher}: process ${left.id} was not told`
    },
}
