import type { Milliseconds } from '../core/policy.ts'
import type { HookContext } from './hook.ts'
import type { HookName } from '../core/hook-name.ts'

/** What a hook is: a function which a module exports, or a program. */
export type HookTarget = ModuleTarget | ExecTarget

export interface ModuleTarget {
  readonly kind: 'module'
  /** Path of a module, from the working directory of the daemon if it is relative. */
  readonly module: string
  /** Name of one of its exports, `default` too. */
  readonly export: string
}

export interface ExecTarget {
  readonly kind: 'exec'
  /** The program, looked for in PATH if it has no slash, and its arguments. */
  readonly words: readonly string[]
}

/** One call of one hook. */
export interface HookCall {
  readonly hook: HookName
  /** Name of the watcher: modules of one watcher share a process. */
  readonly watcher: string
  readonly target: HookTarget
  /** What a failure counts as, for hooks which may say no. Circus: the flag after the hook's name. */
  readonly ignoresFailure: boolean
  /** Longest time to the answer, the start of a process included, > 0. */
  readonly timeoutMs: Milliseconds
  /** Must be JSON. */
  readonly context: Omit<HookContext, 'hookName'>
}

/** How a call ended. Circus: events `hook_success` and `hook_failure`. */
export type HookOutcome = HookAnswered | HookFailed

export interface HookAnswered {
  readonly kind: 'answered'
  readonly isTrue: boolean
  /** extended_stats only: the statistics after the hook. */
  readonly value?: Readonly<Record<string, unknown>>
}

export interface HookFailed {
  readonly kind: 'failed'
  /** One line, for the event and the log: the message of what a hook has thrown, or our sentence. */
  readonly error: string
  /** The flag of the call. */
  readonly isTrue: boolean
}

/** The outcome of a call of which nothing but our sentence is known: "Cannot run check of /srv/hooks.js: REASON". */
export function cannotRun(call: HookCall, reason: string): HookFailed {
  const { target } = call
  const what =
    target.kind === 'module' ? `${target.export} of ${target.module}` : target.words.join(' ')
  return failure(call, `Cannot run ${what}: ${reason}`)
}

/** The outcome of a call which failed. */
export function failure({ ignoresFailure }: HookCall, error: string): HookFailed {
  return { kind: 'failed', error, isTrue: ignoresFailure }
}
