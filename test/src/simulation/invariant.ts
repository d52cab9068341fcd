import type { Step } from './step.ts'
import type { WorldView } from './world-view.ts'

/** Something that is true after every step of the core, in every history. */
export interface Invariant {
  readonly sentence: string
  /** @returns what checks one step after the other, and says what contradicts the sentence, or null */
  readonly watch: (world: WorldView) => (step: Step) => string | null
}
