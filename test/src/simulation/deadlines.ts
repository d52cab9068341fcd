import type { Milliseconds, WatcherPolicy } from '../../../supervisor/dist/core/policy.js'
import type { Program } from './programs.ts'

/** What nobody shows to be ready counts so after this time, if it succeeds another one. */
const SETTLED_MS = 1_000
/** A program that has closed its notify pipe is expected to end within this time. */
const EXIT_AFTER_EOF_MS = 1_000

/** When the patience with a process that starts is over. */
export function startDue(program: Program, policy: WatcherPolicy): Milliseconds {
  const due = program.spawnedAt + patienceWith(program, policy)
  const mustSpeak = policy.ready.kind === 'notify' || program.speaks
  if (program.notifyClosedAt === null || !mustSpeak) return due
  return Math.min(due, program.notifyClosedAt + EXIT_AFTER_EOF_MS)
}

/** Shortest and longest are the same for all but those whose readiness is only assumed. */
function patienceWith(program: Program, policy: WatcherPolicy): Milliseconds {
  switch (policy.ready.kind) {
    case 'none':
      return 0
    case 'delay':
      return policy.ready.delayMs
    case 'auto':
      if (policy.hasSockets) return policy.readyTimeoutMs
      return program.succeeds ? Math.max(SETTLED_MS, policy.warmupDelayMs) : policy.warmupDelayMs
    case 'notify':
    case 'listen':
      return policy.readyTimeoutMs
  }
}

/** Whether it counts as ready though it has not shown so: it has lived as long as its watcher asks. */
export function isAssumed(program: Program, policy: WatcherPolicy, now: Milliseconds): boolean {
  const isOver = now >= program.spawnedAt + patienceWith(program, policy)
  const over = program.spawnedAt + patienceWith(program, policy)
  if (program.speaks && (program.notifyClosedAt ?? Infinity) < over) return false
  if (policy.ready.kind === 'none') return true
  if (policy.ready.kind === 'delay') return isOver
  if (policy.ready.kind !== 'auto' || !isOver) return false
  return !policy.hasSockets || !program.speaks
}

/** When the process is too old. */
export function ageDue(program: Program, policy: WatcherPolicy): Milliseconds {
  if (policy.maxAgeMs === 0) return Infinity
  return program.spawnedAt + policy.maxAgeMs + program.lot * policy.maxAgeVarianceMs
}
