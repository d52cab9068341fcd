import type { Process } from '../../../supervisor/dist/core/process-state.js'
import type { Watcher } from '../../../supervisor/dist/core/watcher-state.js'
import type { Change, Step } from './step.ts'

/** What became of one process in a step, worked out from what the world told. */
export interface News {
  readonly watcher: string
  readonly process: Process
  readonly kind: 'becameReady' | 'startFailed' | 'died' | 'refused' | 'killed'
  readonly exitCode: number
  readonly permanent: boolean
  /** An older process held the slot, and nobody had asked that one to end. */
  readonly isSuccessor: boolean
  /** Nobody else held the slot, older or younger. */
  readonly isLast: boolean
}

/** Of the processes which nobody had asked to end before the step, oldest first. */
export function newsOf(step: Step, { name, before, after }: Change): readonly News[] {
  if (before === undefined) return []
  const { event } = step
  if (event.type === 'tick') return newsOfTick(step, name, before, after)
  if (event.type !== 'process' || event.process.watcher !== name) return []
  const process = before.processes.find(({ id }) => id === event.process.id)
  if (process?.want !== 'up') return []
  const isSuccessor = hasElder(before.processes, process)
  const isLast = isAlone(before.processes, process)
  const base = { watcher: name, process, exitCode: 0, permanent: false, isSuccessor, isLast }
  const told = event.event
  switch (told.type) {
    case 'exited': {
      if (process.is === 'spawning' || process.is === 'clearing') return []
      // Who is not to run for ever may be done before anybody saw it ready.
      const mayBeDone = !before.policy.respawn || before.policy.onDemand
      const isDone = told.exitCode === 0 && mayBeDone && !process.awaitsHook
      const hasLived = process.is === 'ready' || isDone
      // Its slot is wanted, and somebody has killed it.
      const isKilled = process.is === 'stopping'
      const kind = isKilled ? 'killed' : hasLived ? 'died' : 'startFailed'
      return [{ ...base, kind, exitCode: told.exitCode }]
    }
    case 'spawnFailed':
      return process.is === 'spawning'
        ? [{ ...base, kind: 'startFailed', permanent: told.permanent }]
        : []
    case 'spawnRefused':
      return process.is === 'spawning' ? [{ ...base, kind: 'refused' }] : []
    case 'hookEnded':
      // Whom somebody has killed meanwhile, the hook need not refuse.
      if (process.is === 'stopping') return []
      if (!told.isAllowed && process.awaitsHook) return [{ ...base, kind: 'refused' }]
      return becameReady(after, process) ? [{ ...base, kind: 'becameReady' }] : []
    case 'spawned':
    case 'ready':
      return becameReady(after, process) ? [{ ...base, kind: 'becameReady' }] : []
    case 'notified':
    case 'notifyClosed':
    case 'cleared':
    case 'stopCommandFailed':
      return []
  }
}

function newsOfTick(
  { now }: Step,
  watcher: string,
  before: Watcher,
  after: Watcher | undefined,
): readonly News[] {
  const news: News[] = []
  let wanted = before.processes.filter(({ want }) => want === 'up')
  for (const process of before.processes) {
    const isDue = process.deadline !== null && process.deadline <= now
    if (process.is !== 'starting' || !isDue || !wanted.includes(process)) continue
    const isSuccessor = hasElder(wanted, process)
    const isLast = isAlone(wanted, process)
    const base = { watcher, process, exitCode: 0, permanent: false, isSuccessor, isLast }
    if (becameReady(after, process)) news.push({ ...base, kind: 'becameReady' })
    else if (after?.processes.find(({ id }) => id === process.id)?.is === 'starting') continue
    else {
      news.push({ ...base, kind: 'startFailed' })
      wanted = wanted.filter((one) => one !== process)
      // The transaction: with one successor all those of the reload are given up.
      if (isReplacing(before, process.generation)) {
        wanted = wanted.filter((one) => !isSuccessorOf(before, wanted, one))
      }
    }
  }
  return news
}

function isReplacing({ running }: Watcher, generation: number): boolean {
  if (running?.job.kind !== 'reload' || running.step !== 'replacing') return false
  return generation >= running.generation
}

function isSuccessorOf({ running }: Watcher, wanted: readonly Process[], one: Process): boolean {
  return one.generation >= (running?.generation ?? 0) && hasElder(wanted, one)
}

function becameReady(after: Watcher | undefined, { id }: Process): boolean {
  const process = after?.processes.find((one) => one.id === id)
  return process !== undefined && process.readyAt !== null
}

function hasElder(processes: readonly Process[], { wid, id }: Process): boolean {
  return processes.some((one) => one.wid === wid && one.want === 'up' && one.id < id)
}

function isAlone(processes: readonly Process[], { wid, id }: Process): boolean {
  return processes.every((one) => one.wid !== wid || one.want !== 'up' || one.id === id)
}
