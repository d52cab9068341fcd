import type { Invariant } from '../invariant.ts'
import { isAssumed, startDue } from '../deadlines.ts'
import { isWanted } from '../programs.ts'
import { LATE_MS } from '../world-view.ts'

export const readyForAReason: Invariant = {
  sentence:
    'a process is ready when it has shown so or has lived as long as its watcher asks, and its hook agrees; not earlier, not later',
  watch:
    ({ programs }) =>
    ({ changes, now }) => {
      for (const { name, after } of changes) {
        for (const process of after?.processes ?? []) {
          const program = programs.of(name).get(process.id)
          if (program === undefined || after === undefined) continue
          const isAgreed = program.hook === 'none' || program.hook === 'allowed'
          if (process.is === 'ready' && process.readyAt === now && process.pid !== null) {
            if (!isAgreed) return `${name}: process ${process.id} is ready, hook ${program.hook}`
            if (!program.hasShownReady && !isAssumed(program, after.policy, now)) {
              return `${name}: process ${process.id} is ready for no reason`
            }
          }
          if (process.is === 'starting' && isAgreed && program.hasShownReady) {
            return `${name}: process ${process.id} has shown that it is ready`
          }
        }
      }
      return null
    },
}

export const startingEnds: Invariant = {
  sentence: 'a process that starts is ready or given up when its time is over',
  watch:
    (world) =>
    ({ after, now, event }) => {
      const slack = event.type === 'tick' ? 0 : LATE_MS + 1
      for (const { policy, processes } of after.watchers) {
        for (const { id, is } of processes) {
          if (is !== 'starting') continue
          const program = world.programs.of(policy.name).get(id)
          if (program === undefined || program.hook === 'pending') continue
          if (program.hasShownReady || !isWanted(program)) continue
          const due = startDue(program, policy)
          if (now >= due + slack && now >= world.resumedAt + slack) {
            return `${policy.name}: process ${id} starts since ${program.spawnedAt}, its time was over at ${due}`
          }
        }
      }
      return null
    },
}
