import type { ArbiterTurn } from './arbiter-state.ts'
import { beginBulk, stopAllNow } from './bulk.ts'
import { endJob } from './end-job.ts'
import type { JobId } from './job.ts'
import { stopOfAll, supersedeBulks } from './stop-all.ts'
import { turnWatcher } from './turn-watcher.ts'
import type { Watcher } from './watcher-state.ts'

/** Everything is to be stopped, dependents before what they depend on; then the daemon leaves. */
export function beginQuit(turn: ArbiterTurn, job: JobId): void {
  supersedeBulks(turn, 'quit')
  turn.arbiter = { ...turn.arbiter, is: 'stopping', quitJobs: [job] }
  beginBulk(turn, stopOfAll(turn.arbiter, job))
}

/** The second wish to quit shortens every graceful timeout, the third one kills. */
export function hurryQuit(turn: ArbiterTurn, job: JobId): void {
  turn.arbiter = { ...turn.arbiter, quitJobs: [...turn.arbiter.quitJobs, job] }
  const [bulk] = turn.arbiter.bulks
  const toldOnlyNow = bulk === undefined ? [] : stopAllNow(turn, bulk.command)
  const isThird = turn.arbiter.quitJobs.length > 2
  for (const { policy } of turn.arbiter.watchers) {
    const how = toldOnlyNow.includes(policy.name) ? 'shorten' : 'repeat'
    turnWatcher(turn, policy.name, { type: 'hurry', how: isThird ? 'kill' : how })
  }
}

/** A watcher without which the daemon has no purpose has ended by itself. @returns whether there was one */
export function quitForEssential(turn: ArbiterTurn): boolean {
  if (turn.arbiter.is !== 'running') return false
  const ended = turn.arbiter.watchers.find(
    ({ policy, want, hasEnded, processes }) =>
      policy.essential && hasEnded && want === 'down' && processes.length === 0,
  )
  if (ended === undefined) return false
  const exitCode = exitCodeFor(ended)
  const message = `${ended.policy.name} is essential and has ended: circusd stops with exit code ${exitCode}`
  turn.effects.push({ type: 'log', level: 'warning', message, watcher: ended.policy.name })
  turn.arbiter = { ...turn.arbiter, exitCode }
  beginQuit(turn, 'essential')
  return true
}

/** What a shell says when there was no program to run. */
const NEVER_RAN = 127

/** The program's own, or what a shell makes of its signal; a program that we had to end has not succeeded. */
function exitCodeFor({ lastExitCode, refusal, slots }: Watcher): number {
  if (lastExitCode === null) return NEVER_RAN
  if (lastExitCode < 0) return 128 - lastExitCode
  const hasFailed = refusal !== null || slots.some(({ is }) => is === 'givenUp')
  return lastExitCode === 0 && hasFailed ? 1 : lastExitCode
}

/** Everything is stopped. */
export function leave(turn: ArbiterTurn): void {
  const { quitJobs, exitCode } = turn.arbiter
  turn.arbiter = { ...turn.arbiter, is: 'stopped' }
  for (const job of quitJobs) endJob(turn, job, { ok: true, result: {} })
  turn.effects.push({ type: 'leave', exitCode })
}
