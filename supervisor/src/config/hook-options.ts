import type { Place } from './problem.ts'

/** Names of the hooks, as Circus has them. Circus docs: "Hooks". */
export const HOOK_NAMES = [
  'before_start',
  'after_start',
  'before_spawn',
  'after_spawn',
  'before_stop',
  'after_stop',
  'before_signal',
  'after_signal',
  'before_reap',
  'after_reap',
  'extended_stats',
] as const

export type HookName = (typeof HOOK_NAMES)[number]

/** What a hook calls: an export of a JavaScript module, or a program. */
export type HookTarget =
  | {
      readonly kind: 'module'
      /** Absolute path of a file that is there, or the name of a package, to be looked up from the directory of `HookOptions.source`. */
      readonly module: string
      readonly export: string
    }
  /** At least one word. The program is an absolute path that is there, or is to be found through PATH. */
  | { readonly kind: 'exec'; readonly words: readonly string[] }

/** One `hooks.NAME` of a watcher. */
export interface HookOptions {
  readonly hook: HookName
  readonly target: HookTarget
  /** A hook that throws or takes too long counts as one that has said yes. */
  readonly ignoresFailure: boolean
  /** As it stands in the file. */
  readonly written: string
  readonly source: Place
}
