import type { Machine } from './machine.ts'

export type Unit = 'requests/s' | 'ms' | 'MiB' | '%' | 'ratio' | 'count'

/** One thing measured several times. */
export interface Series {
  readonly name: string
  readonly unit: Unit
  /** In the order of the rounds: those of one round were measured side by side. */
  readonly samples: readonly number[]
}

/** What a finding must be: a limit which belongs to it. */
export type Target = { readonly atLeast: number } | { readonly atMost: number }

/** One number that says how good we are, mostly against a baseline of the same run. */
export interface Finding {
  readonly name: string
  readonly unit: Unit
  readonly value: number
  readonly target: Target | null
}

/** What a scenario found. */
export interface Findings {
  readonly series: readonly Series[]
  readonly findings: readonly Finding[]
  /** Sentences without which the numbers cannot be understood. */
  readonly notes: readonly string[]
}

/** A run of a scenario, as it is kept in `results/`. */
export interface Report extends Findings {
  readonly scenario: string
  readonly title: string
  /** ISO 8601. */
  readonly date: string
  readonly rounds: number
  readonly seconds: number
  readonly machine: Machine
}

/** True if the value keeps its target, or has none. */
export function isReached({ value, target }: Finding): boolean {
  if (target === null) return true
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost
}
