import { stepProcess } from './process.ts'
import { newProcess, type Process, type ProcessInput, type ProcessNews } from './process-state.ts'
import { judgeSlot } from './slot-verdict.ts'
import { withProcesses, type Turn } from './watcher-state.ts'

/** Gives one input to one process of the turn's watcher and draws the consequences for its slot. */
export function turnProcess(turn: Turn, process: Process, input: ProcessInput): ProcessNews {
  const { watcher, moment } = turn
  const step = stepProcess(process, input, watcher.policy, moment)
  turn.effects.push(...step.effects)
  const index = watcher.processes.findIndex(({ id }) => id === process.id)
  const processes =
    step.process.is === 'dead'
      ? watcher.processes.toSpliced(index, 1)
      : watcher.processes.with(index, step.process)
  const hasEnded = input.type === 'exited' && step.process.is !== process.is
  const lastExitCode = hasEnded ? input.exitCode : watcher.lastExitCode
  turn.watcher = { ...withProcesses(watcher, processes, process.wid), lastExitCode }
  noteForJob(turn, process, step.process)
  judgeSlot(turn, process, step.news)
  return step.news
}

/** Asks a process to end, unless it is ending already. */
export function stopProcess(turn: Turn, process: Process, want: 'down' | 'retired'): void {
  turnProcess(turn, process, { type: 'stop', want })
}

/** Asks all processes of the watcher to end. */
export function stopAllProcesses(turn: Turn): void {
  for (const process of turn.watcher.processes) stopProcess(turn, process, 'down')
}

/** Begins a process in a slot, with the watcher's present generation. */
export function spawnInSlot(turn: Turn, wid: number, assumeReadyAfterMs: number): void {
  const { watcher, moment } = turn
  const process = newProcess({
    id: watcher.nextProcess,
    wid,
    generation: watcher.generation,
    moment,
    assumeReadyAfterMs,
  })
  turn.watcher = {
    ...withProcesses(watcher, [...watcher.processes, process], wid),
    nextProcess: watcher.nextProcess + 1,
    nextSpawnAt: moment.now + watcher.policy.warmupDelayMs,
  }
  turn.effects.push({
    type: 'spawn',
    process: { watcher: watcher.policy.name, id: process.id },
    wid,
    generation: process.generation,
  })
}

function noteForJob(turn: Turn, before: Process, after: Process): void {
  const { running } = turn.watcher
  if (running === null || after.pid === null) return
  if (before.pid === null) {
    turn.watcher = {
      ...turn.watcher,
      running: { ...running, started: [...running.started, after.pid] },
    }
  } else if (after.is === 'clearing' && before.is !== 'clearing') {
    turn.watcher = {
      ...turn.watcher,
      running: { ...running, stopped: [...running.stopped, after.pid] },
    }
  }
}
