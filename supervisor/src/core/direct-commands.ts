import type { KillCommand, SignalCommand } from './event.ts'
import type { Process } from './process-state.ts'
import { isLiving } from './process-state.ts'
import { turnProcess } from './turn-process.ts'
import type { Turn } from './watcher-state.ts'

/** Ends processes at once, whatever jobs there are. */
export function takeKill(turn: Turn, { job, pid, signal, gracefulTimeoutMs }: KillCommand): void {
  const targets = targetsOf(turn, pid)
  for (const process of targets) {
    turnProcess(turn, process, { type: 'kill', signal, gracefulTimeoutMs })
  }
  const kill = { job, processes: targets.map(({ id }) => id) }
  turn.watcher = { ...turn.watcher, kills: [...turn.watcher.kills, kill] }
}

/** Ends the jobs of kills whose processes are all gone, with everything they had started. */
export function advanceKills(turn: Turn): void {
  for (const kill of turn.watcher.kills) {
    if (turn.watcher.processes.some(({ id }) => kill.processes.includes(id))) continue
    const kills = turn.watcher.kills.filter((one) => one !== kill)
    turn.watcher = { ...turn.watcher, kills }
    turn.effects.push({ type: 'endJob', job: kill.job, outcome: { ok: true, result: {} } })
  }
}

/** Whom the command does not find gets nothing, and that is no failure, as in Circus. */
export function takeSignal(turn: Turn, { job, pid, signal, to }: SignalCommand): void {
  const { name } = turn.watcher.policy
  for (const { id, pid: its } of targetsOf(turn, pid)) {
    if (its === null) continue
    const process = { watcher: name, id }
    turn.effects.push({ type: 'signal', process, pid: its, signal, to, purpose: 'command' })
  }
  turn.effects.push({ type: 'endJob', job, outcome: { ok: true, result: {} } })
}

function targetsOf({ watcher }: Turn, pid: number | null): readonly Process[] {
  return watcher.processes.filter(
    (process) => isLiving(process) && (pid === null || process.pid === pid),
  )
}
