import type { Watcher } from '../../../../supervisor/dist/core/watcher-state.js'
import type { Invariant } from '../invariant.ts'
import { ageDue } from '../deadlines.ts'
import { newsOf } from '../news.ts'
import { LATE_MS } from '../world-view.ts'

export const oldOnesAreRenewed: Invariant = {
  sentence:
    'a process that has become too old gets its successor, or goes, as soon as that is allowed',
  watch:
    (world) =>
    ({ after, now, event }) => {
      const slack = event.type === 'tick' ? 0 : LATE_MS + 1
      // What has made room for a successor is followed by a tick.
      if (event.type !== 'tick' && world.wakeTime !== null && world.wakeTime <= now) return null
      for (const watcher of after.watchers) {
        const { policy, processes, slots } = watcher
        if (policy.maxAgeMs === 0 || !mayRenew(watcher)) continue
        for (const process of processes) {
          const slot = slots.find(({ wid }) => wid === process.wid)
          const program = world.programs.of(policy.name).get(process.id)
          if (slot === undefined || program === undefined) continue
          if (process.is !== 'ready' || process.want !== 'up') continue
          const isAlone = processes.every(
            ({ wid, id, want }) => wid !== process.wid || id === process.id || want !== 'up',
          )
          const due = Math.max(ageDue(program, policy), slot.renewal.retryAt)
          if (isAlone && now >= due + slack && now >= world.resumedAt + slack) {
            return `${policy.name}: process ${process.id} was too old at ${due}`
          }
        }
      }
      return null
    },
}

export const badSuccessorsRest: Invariant = {
  sentence:
    'after a successor that was no good the next one waits, at least three quarters of the shortest pause',
  watch: () => (step) => {
    for (const change of step.changes) {
      const { name, before, after } = change
      if (before === undefined || after?.generation !== before.generation) continue
      for (const { kind, isSuccessor, process } of newsOf(step, change)) {
        const slot = after.slots.find(({ wid }) => wid === process.wid)
        if (kind === 'becameReady' || kind === 'killed') continue
        if (!isSuccessor || slot === undefined) continue
        const { minMs, maxMs } = after.policy.backoff
        const pause = slot.renewal.retryAt - step.now
        if (pause < minMs * 0.75 || pause > maxMs) {
          return `${name}: the next successor in slot ${slot.wid} comes in ${pause} ms`
        }
      }
    }
    return null
  },
}

/** Whether nothing else keeps the watcher from replacing who is too old: no reload, and room for a successor. */
function mayRenew({ want, is, running, policy, processes }: Watcher): boolean {
  if (want !== 'up' || is === 'stopping') return false
  if (running?.job.kind === 'reload' && running.step === 'replacing') return false
  if (policy.singleton || !policy.respawn) return true
  const wanted = processes.filter((one) => one.want === 'up')
  const successors = wanted.filter((one) =>
    wanted.some(({ wid, id }) => wid === one.wid && id < one.id),
  )
  const surplus = processes.filter((one) => one.is !== 'clearing').length - policy.numprocesses
  const surge = policy.maxSurge ?? Math.max(1, policy.numprocesses)
  return successors.length < policy.reloadBatch && surplus < surge
}
