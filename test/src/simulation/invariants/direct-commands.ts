import { isDeepStrictEqual } from 'node:util'
import type { KillCommand, SignalCommand } from '../../../../supervisor/dist/core/event.js'
import type { Invariant } from '../invariant.ts'
import type { Program } from '../programs.ts'
import { outcomesOf, type Step } from '../step.ts'
import type { WorldView } from '../world-view.ts'

export const killsTakeEffectAtOnce: Invariant = {
  sentence:
    'a kill asks exactly the living processes that it names to end, at once, whatever job there is; nobody else ends a process whose slot stays wanted',
  watch: (world) => {
    const known = new Map<Program, number>()
    return (step) => {
      const kill = commandOf(step, 'kill')
      const targets = kill === null ? [] : livingOf(world, step, kill.pid)
      const untold = targets.find(({ stopAt }) => stopAt === null)
      if (untold !== undefined) return `process ${untold.ref.id} is not asked to end`
      for (const target of targets) {
        const isFirst = !known.has(target) && target.stopAt === step.now
        const isKilled = target.kills.length > 0
        if (isFirst && target.graceMs === 0 && !isKilled) {
          return `process ${target.ref.id} has no time left, and lives`
        }
      }
      for (const program of world.programs.ending) known.set(program, step.now)
      for (const effect of step.effects) {
        if (effect.type !== 'signal' && effect.type !== 'stopCommand') continue
        if (effect.type === 'signal' && effect.purpose !== 'stop') continue
        const { watcher, id } = effect.process
        const now = step.after.watchers.find(({ policy }) => policy.name === watcher)
        if (now?.processes.find((one) => one.id === id)?.want !== 'up') continue
        const program = world.programs.find(effect.process)
        if (program?.isKilled !== true)
          return `${watcher}: process ${id} is asked to end, for nobody`
        if (kill !== null && !targets.includes(program)) {
          return `${watcher}: process ${id} was not named`
        }
      }
      return null
    }
  },
}

export const killsEndWithTheirProcesses: Invariant = {
  sentence:
    'the job of a kill ends when the processes it has found are gone, with everything they had started; not earlier, not later',
  watch: (world) => {
    const open = new Map<string, readonly Program[]>()
    return (step) => {
      const kill = commandOf(step, 'kill')
      if (kill !== null) open.set(kill.job, livingOf(world, step, kill.pid))
      const ended = outcomesOf(step)
      for (const [job, targets] of open) {
        const left = targets.find((one) => world.programs.find(one.ref) === one)
        const outcome = ended.find((one) => one.job === job)?.outcome
        if (outcome === undefined) {
          if (left === undefined) return `job ${job} goes on, and nobody of its processes is left`
          continue
        }
        open.delete(job)
        if (!outcome.ok) return `job ${job} has failed: ${outcome.reason}`
        if (left !== undefined) return `job ${job} ends before process ${left.ref.id}`
      }
      return null
    }
  },
}

export const signalsAreSentAtOnce: Invariant = {
  sentence:
    'a signal goes at once to exactly the living processes that are named, once to each, and changes nothing else',
  watch: (world) => (step) => {
    const sent = step.effects.filter(
      (effect) => effect.type === 'signal' && effect.purpose === 'command',
    )
    const command = commandOf(step, 'signal')
    if (command === null) return sent.length === 0 ? null : 'a signal is sent, for nobody'
    const { job, pid, signal, to } = command
    const expected = livingOf(world, step, pid).map(({ ref, pid: its }) => ({
      type: 'signal',
      process: ref,
      pid: its,
      signal,
      to,
      purpose: 'command',
    }))
    if (!isDeepStrictEqual(sent, expected)) {
      return `${JSON.stringify(sent)} is sent, not ${JSON.stringify(expected)}`
    }
    const change = step.changes.find(
      ({ before }) => before?.policy.name === expected[0]?.process.watcher,
    )
    const was = change?.before?.processes ?? []
    if (!isDeepStrictEqual(was, change?.after?.processes.slice(0, was.length) ?? [])) {
      return 'a signal has consequences'
    }
    const isDone = outcomesOf(step).some((one) => one.job === job && one.outcome.ok)
    return isDone ? null : `job ${job} has not ended`
  },
}

/** The command that the step brought, if the daemon has taken it. */
function commandOf(step: Step, kind: 'kill'): KillCommand | null
function commandOf(step: Step, kind: 'signal'): SignalCommand | null
function commandOf(step: Step, kind: 'kill' | 'signal'): KillCommand | SignalCommand | null {
  const { event, before } = step
  if (event.type !== 'command' || event.command.kind !== kind) return null
  const { job } = event.command
  const isKnown = before.watchers.some(
    ({ policy, isLeaving }) => policy.name === event.watcher && !isLeaving,
  )
  const isBusy = before.renewal?.step === 'stopping' || before.renewal?.step === 'adopting'
  if (isKnown && !isBusy && before.is === 'running') return event.command
  const isRefused = outcomesOf(step).some((one) => one.job === job && !one.outcome.ok)
  return isRefused ? null : event.command
}

function livingOf(
  { programs }: WorldView,
  { event }: Step,
  pid: number | null,
): readonly Program[] {
  if (event.type !== 'command') return []
  return [...programs.of(event.watcher).values()].filter(
    (one) => one.status === 'alive' && (pid === null || one.pid === pid),
  )
}
