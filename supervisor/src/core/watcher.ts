import { arm, nextDemandTime } from './demand.ts'
import { takeKill, takeSignal } from './direct-commands.ts'
import type { Change, ProcessEvent, WatcherCommand } from './event.ts'
import { closeGate } from './gate.ts'
import type { Job, JobId, JobKind } from './job.ts'
import { advance, endJob, beginNextJob } from './watcher-jobs.ts'
import type { Moment } from './moment.ts'
import type { Milliseconds, WatcherPolicy } from './policy.ts'
import { isDue, type Haste, type Process, type ProcessInput } from './process-state.ts'
import { describeExit } from './process-stop.ts'
import { nextSpawnTime } from './reconcile.ts'
import { abandonSuccessors } from './reload.ts'
import { nextRenewalTime } from './renewal.ts'
import { stopAllProcesses, turnProcess } from './turn-process.ts'
import type { Effect } from './effect.ts'
import { hasPredecessor, type Turn, type Watcher, type WatcherStatus } from './watcher-state.ts'
import { becomeActive, beginUp, refuse } from './watcher-status.ts'

/** What can happen to a watcher. */
export type WatcherInput =
  | { readonly type: 'command'; readonly command: WatcherCommand }
  | { readonly type: 'process'; readonly id: number; readonly event: ProcessEvent }
  | {
      readonly type: 'hookEnded'
      readonly call: number
      readonly isAllowed: boolean
      readonly reason: string
    }
  /** Ends a job that waits, or replaces processes. */
  | { readonly type: 'cancel'; readonly job: JobId; readonly reason: string }
  /** Start at the first connection. */
  | { readonly type: 'arm' }
  /** A connection waits. */
  | { readonly type: 'demand' }
  | { readonly type: 'tick' }
  /** Whoever is stopping shall be quick about it. */
  | { readonly type: 'hurry'; readonly how: Haste }

/** What becomes of a command that comes while another one runs. */
type Admission = 'queue' | 'supersede'

/**
 * Every status meets every command. `queue`: begins when the jobs before it have ended (at once if there are none).
 * `supersede`: the jobs before it end now as failed, because whoever stops or restarts does not want to wait for them.
 */
const admissions: Record<WatcherStatus, Record<JobKind, Admission>> = {
  stopped: {
    start: 'queue',
    stop: 'queue',
    restart: 'queue',
    reload: 'queue',
    resize: 'queue',
  },
  starting: {
    start: 'queue',
    stop: 'supersede',
    restart: 'supersede',
    reload: 'queue',
    resize: 'queue',
  },
  active: {
    start: 'queue',
    stop: 'supersede',
    restart: 'supersede',
    reload: 'queue',
    resize: 'queue',
  },
  stopping: {
    start: 'queue',
    stop: 'supersede',
    restart: 'queue',
    reload: 'queue',
    resize: 'queue',
  },
}

/** The one way in which a watcher changes. */
export function stepWatcher(
  watcher: Watcher,
  input: WatcherInput,
  moment: Moment,
): { readonly watcher: Watcher; readonly effects: readonly Effect[] } {
  const turn: Turn = { watcher, effects: [], moment }
  switch (input.type) {
    case 'command':
      takeCommand(turn, input.command)
      break
    case 'process':
      takeProcessEvent(turn, input.id, input.event)
      break
    case 'hookEnded':
      if (turn.watcher.gate?.call === input.call) takeHookEnd(turn, input)
      break
    case 'cancel':
      cancel(turn, input.job, input.reason)
      break
    case 'arm':
      arm(turn)
      break
    case 'demand':
      wake(turn)
      break
    case 'tick':
      takeTick(turn)
      break
    case 'hurry':
      hurry(turn, input.how)
  }
  advance(turn)
  return { watcher: turn.watcher, effects: turn.effects }
}

/** A watcher never changes, it is replaced: what was found out about it holds as long as it exists. */
const wakeTimes = new WeakMap<Watcher, Milliseconds | null>()

/** When the watcher must get its next `tick`, or null if only an event can change it. */
export function wakeTime(watcher: Watcher): Milliseconds | null {
  const known = wakeTimes.get(watcher)
  if (known !== undefined) return known
  const found = findWakeTime(watcher)
  wakeTimes.set(watcher, found)
  return found
}

function findWakeTime(watcher: Watcher): Milliseconds | null {
  let earliest: Milliseconds | null = null
  const consider = (time: Milliseconds | null): void => {
    if (time !== null && (earliest === null || time < earliest)) earliest = time
  }
  consider(nextSpawnTime(watcher))
  consider(nextRenewalTime(watcher))
  consider(nextDemandTime(watcher))
  for (const { deadline } of watcher.processes) consider(deadline)
  return earliest
}

function takeCommand(turn: Turn, command: WatcherCommand): void {
  switch (command.kind) {
    case 'kill':
      return takeKill(turn, command)
    case 'signal':
      return takeSignal(turn, command)
    case 'resize':
      changeNumprocesses(turn, command.change)
      return enqueue(turn, { kind: 'resize', id: command.job })
    case 'change': {
      changePolicy(turn, command.policy, command.keys)
      const reloads = command.reloads && turn.watcher.want === 'up'
      const { job: id } = command
      return enqueue(
        turn,
        reloads ? { kind: 'reload', id, sequential: false } : { kind: 'resize', id },
      )
    }
    case 'remove':
      beginRemoval(turn, command.leavesProcesses)
      return enqueue(turn, { kind: 'stop', id: command.job })
    case 'reload': {
      const { job: id, sequential } = command
      return enqueue(turn, { kind: 'reload', id, sequential })
    }
    case 'start':
    case 'stop':
    case 'restart':
      return enqueue(turn, { kind: command.kind, id: command.job })
  }
}

function enqueue(turn: Turn, job: Job): void {
  if (admissions[turn.watcher.is][job.kind] === 'supersede') supersede(turn, job)
  turn.watcher = { ...turn.watcher, queue: [...turn.watcher.queue, job] }
  beginNextJob(turn)
}

/** The number is wanted from this moment on, whatever runs; the job only tells when it is reached. */
function changeNumprocesses(turn: Turn, change: Change): void {
  const { policy } = turn.watcher
  const wanted = 'to' in change ? change.to : policy.numprocesses + change.by
  const numprocesses = Math.max(0, policy.singleton ? Math.min(1, wanted) : wanted)
  turn.watcher = { ...turn.watcher, policy: { ...policy, numprocesses } }
}

/** Other options, from now on; what the watcher is called stays. */
function changePolicy(turn: Turn, policy: WatcherPolicy, keys: readonly string[]): void {
  const { name } = turn.watcher.policy
  turn.watcher = { ...turn.watcher, policy: { ...policy, name } }
  for (let left = keys.length; left > 0; left -= 1) {
    turn.effects.push({ type: 'announce', announcement: { name: 'updated', watcher: name } })
  }
}

/** It is told before the watcher stops, as in Circus. */
function beginRemoval(turn: Turn, leavesProcesses: boolean): void {
  const { policy } = turn.watcher
  const announcement = { name: 'remove', watcher: policy.name } as const
  turn.effects.push({ type: 'announce', announcement })
  if (leavesProcesses) releaseProcesses(turn)
  turn.watcher = { ...turn.watcher, isLeaving: true }
}

/** From here on they are nobody's. */
function releaseProcesses(turn: Turn): void {
  const { policy, processes } = turn.watcher
  for (const { id, pid } of processes) {
    const process = { watcher: policy.name, id }
    turn.effects.push(
      pid === null ? { type: 'cancelSpawn', process } : { type: 'release', process, pid },
    )
  }
  turn.watcher = { ...turn.watcher, processes: [], slots: [], want: 'down' }
}

/** A job that waits is taken out of the queue; a reload gives up its successors. */
function cancel(turn: Turn, job: JobId, reason: string): void {
  const { queue, running } = turn.watcher
  const waiting = queue.find(({ id }) => id === job)
  if (waiting !== undefined) {
    turn.watcher = { ...turn.watcher, queue: queue.filter((one) => one !== waiting) }
    endJob(turn, waiting, { ok: false, reason })
  } else if (running?.job.id === job) {
    failReload(turn, running.generation, reason)
  }
}

function supersede(turn: Turn, by: Job): void {
  const { running, queue } = turn.watcher
  const wantsTheSame = (job: Job): boolean => job.kind === 'stop' && by.kind === 'stop'
  turn.watcher = { ...turn.watcher, queue: queue.filter(wantsTheSame) }
  const reason = `superseded by ${by.kind}`
  for (const job of queue) if (!wantsTheSame(job)) endJob(turn, job, { ok: false, reason })
  // A second stop waits for the first: both want the same.
  if (running === null || running.job.kind === by.kind) return
  turn.watcher = { ...turn.watcher, running: null }
  endJob(turn, running.job, { ok: false, reason })
}

/** The hook for which the watcher waited has ended. */
function takeHookEnd(
  turn: Turn,
  { isAllowed, reason }: { readonly isAllowed: boolean; readonly reason: string },
): void {
  const hook = turn.watcher.gate?.hook
  if (hook === 'before_stop') {
    closeGate(turn)
    stopAllProcesses(turn)
  } else if (!isAllowed) {
    refuse(turn, reason)
  } else {
    closeGate(turn)
    if (hook === 'after_start') becomeActive(turn)
  }
}

/** The first connection starts a sleeping watcher; whoever else decides about it comes first. */
function wake(turn: Turn): void {
  const { policy, demand, is, want } = turn.watcher
  if (!demand.isAwaited) return
  turn.watcher = {
    ...turn.watcher,
    demand: { ...demand, isAwaited: false, wokenAt: turn.moment.now },
  }
  if (want !== 'demand' || is !== 'stopped') return
  const message = `${policy.name}: a connection waits`
  turn.effects.push({ type: 'log', level: 'info', message, watcher: policy.name })
  turn.watcher = { ...turn.watcher, generation: turn.watcher.generation + 1 }
  beginUp(turn)
}

function takeProcessEvent(turn: Turn, id: number, event: ProcessEvent): void {
  const process = turn.watcher.processes.find((one) => one.id === id)
  if (process !== undefined) giveToProcess(turn, process, event)
}

function takeTick(turn: Turn): void {
  for (const { id } of turn.watcher.processes.filter((one) => isDue(one, turn.moment.now))) {
    // What became of one of them may have changed another one.
    const process = turn.watcher.processes.find((one) => one.id === id)
    if (process === undefined || !isDue(process, turn.moment.now)) continue
    giveToProcess(turn, process, { type: 'due' })
  }
}

/** A hook that holds up the stop is not waited for any longer. */
function hurry(turn: Turn, wanted: Haste): void {
  let how = wanted
  if (turn.watcher.gate?.hook === 'before_stop') {
    closeGate(turn)
    stopAllProcesses(turn)
    if (how === 'repeat') how = 'shorten'
  }
  for (const process of turn.watcher.processes) turnProcess(turn, process, { type: 'hurry', how })
}

function giveToProcess(turn: Turn, process: Process, input: ProcessInput): void {
  const isSuccessor = hasPredecessor(turn.watcher, process)
  const news = turnProcess(turn, process, input)
  switch (news.type) {
    case 'none':
    case 'becameReady':
    case 'killed':
      return
    case 'startFailed':
      failReload(turn, process.generation, news.reason)
      return
    case 'refused':
      if (isSuccessor) failReload(turn, process.generation, news.reason)
      else refuse(turn, news.reason)
      return
    case 'died': {
      const reason = `process ${process.pid} ${describeExit(news.exitCode)} as soon as it was ready`
      if (isSuccessor) failReload(turn, process.generation, reason)
    }
  }
}

/** The transaction: one bad successor ends the reload, and every process that still serves stays. */
function failReload(turn: Turn, generation: number, reason: string): void {
  const { running } = turn.watcher
  if (running?.job.kind !== 'reload' || running.step !== 'replacing') return
  if (generation < running.generation) return
  abandonSuccessors(turn, running.generation)
  const left = turn.watcher.processes.filter(
    (one) => one.want === 'up' && one.generation < running.generation,
  ).length
  turn.watcher = { ...turn.watcher, running: null }
  endJob(turn, running.job, {
    ok: false,
    reason: `${reason}; the reload is given up and ${left} of ${turn.watcher.slots.length} old processes keep serving`,
  })
}
