import type { HookName } from '../core/hook-name.ts'

/** What a watcher looked like when the hook was called. It does not change while the hook runs. */
export interface HookWatcher {
  readonly name: string
  /** Circus' word: starting, active, stopping, stopped. */
  readonly status: string
  /** Processes wanted. */
  readonly numprocesses: number
  /** Of the processes that are alive, oldest first. */
  readonly pids: readonly number[]
}

/** What a hook is told. Optional fields come with the hooks whose name stands beside them. */
export interface HookContext {
  readonly watcher: HookWatcher
  /** Circus: `hook_name`. */
  readonly hookName: HookName
  /** after_spawn, before_signal, after_signal, before_reap, after_reap, extended_stats. */
  readonly pid?: number
  /** before_signal, after_signal: number of the signal. */
  readonly signum?: number
  /** before_reap, after_reap: seconds since 1970 with fractions, as in events. */
  readonly time?: number
  /** after_reap: the exit status, or the negative number of the signal which ended it. Circus: `exit_code`. */
  readonly exitCode?: number
  /** after_reap: 1 = it was dead, 2 = it was gone, null = it was stopped by us. Circus: `process_status`. */
  readonly processStatus?: number | null
  /** extended_stats: to be changed, or left alone and another object returned. */
  readonly stats?: Record<string, unknown>
}

/**
 * A hook as a module exports it. Its result, or that of its promise, counts as false if it is falsy: undefined too.
 * For extended_stats an object that is returned takes the place of `stats`.
 */
export type Hook = (context: HookContext) => unknown
