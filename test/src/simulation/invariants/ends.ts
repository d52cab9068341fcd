import type { Milliseconds } from '../../../../supervisor/dist/core/policy.js'
import type { Invariant } from '../invariant.ts'
import type { Program } from '../programs.ts'
import { LATE_MS, type WorldView } from '../world-view.ts'

/** After the second wish to quit SIGKILL comes this much later, and then again and again at this distance. */
const HURRY_MS = 2_000
const AGAIN_MS = 5_000
const SIGKILL = 9

export const signalsReachTheLiving: Invariant = {
  sentence: 'a signal goes to a pid between its spawn and its exit, never before and never after',
  watch:
    ({ programs }) =>
    ({ effects }) => {
      for (const effect of effects) {
        if (effect.type !== 'signal' && effect.type !== 'stopCommand' && effect.type !== 'killTree')
          continue
        const program = programs.find(effect.process)
        if (program?.status !== 'alive' || program.pid !== effect.pid) {
          return `${effect.type} to ${effect.pid}, which is not process ${effect.process.id} of ${effect.process.watcher}`
        }
      }
      return null
    },
}

export const stopIsAsConfigured: Invariant = {
  sentence:
    'a process is asked to end in the way its watcher says, and once: again only if somebody hurries or its stop command has failed',
  watch:
    (world) =>
    ({ effects, after }) => {
      for (const effect of effects) {
        const isRequest =
          effect.type === 'stopCommand' || (effect.type === 'signal' && effect.purpose === 'stop')
        if (!isRequest) continue
        const { watcher } = effect.process
        const policy = after.watchers.find((one) => one.policy.name === watcher)?.policy
        const program = world.programs.find(effect.process)
        if (policy === undefined || program === undefined) return `${watcher} is not there`
        const hurries = hurriesOf(world, program).length
        const mayRepeat = hurries + (program.hasCommandFailed ? 1 : 0)
        if (program.stopRequests > 1 + mayRepeat) {
          return `${watcher}: process ${program.ref.id} is asked to end again`
        }
        if (effect.type === 'stopCommand') {
          if (!policy.hasStopCommand) return `${watcher} has no stop command`
          continue
        }
        if (policy.hasStopCommand && mayRepeat === 0) return `${watcher}: no stop command is run`
        const { signal, to } = effect
        const wanted = policy.stopChildren ? 'processAndChildren' : 'process'
        if (signal !== policy.stopSignal || to !== wanted) {
          return `${watcher}: signal ${signal} to ${JSON.stringify(to)}`
        }
      }
      return null
    },
}

export const failedStopCommandIsReplaced: Invariant = {
  sentence: 'when the stop command fails, the stop signal is sent',
  watch:
    ({ programs }) =>
    ({ event, before, effects }) => {
      if (event.type !== 'process' || event.event.type !== 'stopCommandFailed') return null
      const { watcher, id } = event.process
      const old = before.watchers.find(({ policy }) => policy.name === watcher)
      const process = old?.processes.find((one) => one.id === id)
      if (process?.sent?.what !== 'command' || programs.find(event.process)?.status !== 'alive') {
        return null
      }
      const isSent = effects.some(({ type }) => type === 'signal')
      return isSent ? null : `${watcher}: process ${id} gets no signal`
    },
}

export const patienceIsKept: Invariant = {
  sentence: 'nobody gets SIGKILL before its graceful timeout is over, unless somebody hurries',
  watch:
    (world) =>
    ({ effects, now, after }) => {
      for (const effect of effects) {
        if (effect.type !== 'killTree') continue
        const program = world.programs.find(effect.process)
        if (program === undefined) continue
        const policy = after.watchers.find(
          (one) => one.policy.name === effect.process.watcher,
        )?.policy
        // Somebody was impatient before it had a pid: then all comes in one step.
        if (program.cancelledAt !== null && program.stopAt === now) continue
        const wasKilled = policy?.stopSignal === SIGKILL || program.kills.length > 1
        if (wasKilled && hurriesOf(world, program).includes(now)) continue
        if (now < killDue(world, program, program.kills.slice(0, -1))) {
          return `process ${program.ref.id} of ${program.ref.watcher} was asked at ${program.stopAt} and is killed at ${now}`
        }
      }
      return null
    },
}

export const patienceEnds: Invariant = {
  sentence:
    'who has not ended when its graceful timeout is over gets SIGKILL, and again as long as it lives',
  watch:
    (world) =>
    ({ event, now }) => {
      const slack = event.type === 'tick' ? 0 : LATE_MS + 1
      for (const program of world.programs.ending) {
        const due = killDue(world, program, program.kills)
        const isLate = now >= due + slack && now >= world.resumedAt + slack
        if (isLate && program.kills.at(-1) !== now) {
          return `process ${program.ref.id} of ${program.ref.watcher} was to be killed at ${due}`
        }
      }
      return null
    },
}

/** When SIGKILL is due after these: by patience, or because the first hurry shortens that and each further one kills. */
function killDue(world: WorldView, program: Program, kills: readonly Milliseconds[]): Milliseconds {
  const last = kills.at(-1)
  const insists = world.hurries.find(
    (time, index) =>
      index >= Math.max(1, program.hurriesBefore) && (last === undefined || time > last),
  )
  if (last !== undefined) return Math.min(last + AGAIN_MS, ...hurriesSince(world, program, last))
  const stopAt = program.stopAt ?? Infinity
  const hasteBefore =
    program.cancelledAt === null ? 0 : program.hurriesBefore - program.hurriesAtCancel
  // Somebody was impatient before there was a pid to signal.
  if (hasteBefore > 0) {
    const isKilled = program.hurriesBefore > 1
    return isKilled
      ? stopAt
      : Math.min(stopAt + program.graceMs, stopAt + HURRY_MS, insists ?? Infinity)
  }
  const polite = stopAt + program.graceMs
  const [first] = world.hurries
  const isShortened = program.hurriesBefore === 0 && first !== undefined
  return Math.min(polite, isShortened ? first + HURRY_MS : Infinity, insists ?? Infinity)
}

/** Whoever was killed already is killed again by every further hurry. */
function hurriesSince(
  world: WorldView,
  program: Program,
  last: Milliseconds,
): readonly Milliseconds[] {
  return hurriesOf(world, program).filter((time) => time > last)
}

/** When somebody hurried while the process was ending, the step in which it was asked to included. */
function hurriesOf({ hurries }: WorldView, { hurriesBefore }: Program): readonly Milliseconds[] {
  return hurries.slice(hurriesBefore)
}
