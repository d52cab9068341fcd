import type { Arbiter } from '../../../supervisor/dist/core/arbiter-state.js'
import type { Effect } from '../../../supervisor/dist/core/effect.js'
import type { ArbiterEvent } from '../../../supervisor/dist/core/event.js'
import type { JobOutcome } from '../../../supervisor/dist/core/job.js'
import type { Milliseconds } from '../../../supervisor/dist/core/policy.js'
import type { Watcher } from '../../../supervisor/dist/core/watcher-state.js'

/** One step of the core, seen from outside. */
export interface Step {
  readonly event: ArbiterEvent
  readonly before: Arbiter
  readonly after: Arbiter
  readonly effects: readonly Effect[]
  readonly now: Milliseconds
  readonly chance: number
  /** Watchers that are not what they were, those that came or went included. */
  readonly changes: readonly Change[]
}

export interface Change {
  readonly name: string
  readonly before: Watcher | undefined
  readonly after: Watcher | undefined
}

/** The outcomes of the jobs that the step has ended. */
export function outcomesOf(
  step: Step,
): readonly { readonly job: string; readonly outcome: JobOutcome }[] {
  return step.effects.flatMap((effect) =>
    effect.type === 'endJob' ? [{ job: effect.job, outcome: effect.outcome }] : [],
  )
}
