import { createRequire } from 'node:module'
import { isAbsolute } from 'node:path'
import type { HookOptions } from '../config/hook-options.ts'
import type { WatcherOptions } from '../config/options.ts'
import type { Announcement } from '../core/effect.ts'
import type { HookName } from '../core/hook-name.ts'
import type { Watcher } from '../core/watcher-state.ts'
import { pidsOf } from '../core/watcher-state.ts'
import type { HookCall } from '../hooks/hook-call.ts'
import type { HookContext } from '../hooks/hook.ts'
import { Hooks } from '../hooks/hooks.ts'
import { isAllowed } from '../hooks/verdict.ts'
import { ERRNO } from '../protocol/errno.ts'
import { RequestError } from '../protocol/request-error.ts'
import type { Log } from './log.ts'

/** What a hook has decided, and why if that is no. */
export interface Verdict {
  readonly isAllowed: boolean
  readonly reason: string
}

/** What a hook learns beside what its watcher looks like. */
export type HookFacts = Omit<HookContext, 'watcher' | 'hookName'>

interface WatcherHooksOptions {
  readonly log: Log
  /** circusd's own. */
  readonly environment: Readonly<Record<string, string>>
  readonly definition: (watcher: string) => WatcherOptions | undefined
  readonly state: (watcher: string) => Watcher | undefined
  readonly announce: (announcement: Announcement) => void
}

/** Runs the hooks of watchers, publishes how they ended, and says what that means. */
export class WatcherHooks {
  readonly #options: WatcherHooksOptions
  readonly #hooks: Hooks

  constructor(options: WatcherHooksOptions) {
    this.#options = options
    const { environment: env, log } = options
    this.#hooks = new Hooks({ cwd: process.cwd(), env, log: (line) => log('info', line) })
  }

  has(watcher: string, hook: HookName): boolean {
    return this.#find(watcher, hook) !== undefined
  }

  /** Runs a hook whose answer counts. Without such a hook everything is allowed. Never rejects. */
  async ask(watcher: string, hook: HookName, facts: HookFacts = {}): Promise<Verdict> {
    const found = this.#find(watcher, hook)
    if (found === undefined) return { isAllowed: true, reason: '' }
    const outcome = await this.#hooks.run(this.#callOf(watcher, found, facts))
    const failed = outcome.kind === 'failed'
    this.#options.announce(
      failed
        ? { name: 'hook_failure', watcher, hook, error: outcome.error }
        : { name: 'hook_success', watcher, hook },
    )
    if (failed) this.#options.log('error', `${watcher}: hook ${hook}: ${outcome.error}`)
    return {
      isAllowed: isAllowed(hook, outcome, facts.signum),
      reason: failed ? `hook ${hook} failed: ${outcome.error}` : `hook ${hook} said no`,
    }
  }

  /** Runs a hook whose answer is ignored, if there is one. */
  tell(watcher: string, hook: HookName, facts: HookFacts = {}): void {
    if (this.has(watcher, hook)) void this.ask(watcher, hook, facts)
  }

  /**
   * Lets the hook `extended_stats` change the statistics of a process; without such a hook they stay as they are. Not
   * published, as in Circus.
   * @throws {RequestError} If the hook fails, and its failure is not to be ignored.
   */
  async extendStats(
    watcher: string,
    pid: number,
    stats: Record<string, unknown>,
  ): Promise<Readonly<Record<string, unknown>>> {
    const found = this.#find(watcher, 'extended_stats')
    if (found === undefined) return stats
    const outcome = await this.#hooks.run(this.#callOf(watcher, found, { pid, stats }))
    if (outcome.kind === 'answered') return outcome.value ?? stats
    this.#options.log('error', `${watcher}: hook extended_stats: ${outcome.error}`)
    if (outcome.isTrue) return stats
    throw new RequestError(ERRNO.conflict, `hook extended_stats failed: ${outcome.error}`)
  }

  /** The modules of the watcher are read anew by its next hook. */
  forget(watcher: string): void {
    this.#hooks.forget(watcher)
  }

  /** Waits for the hooks under way, each until its deadline, and ends what they run in. */
  close(): Promise<void> {
    return this.#hooks.close()
  }

  #find(watcher: string, hook: HookName): HookOptions | undefined {
    return this.#options.definition(watcher)?.hooks.find((one) => one.hook === hook)
  }

  #callOf(
    watcher: string,
    { hook, target, ignoresFailure, source }: HookOptions,
    facts: HookFacts,
  ): HookCall {
    const state = this.#options.state(watcher)
    return {
      hook,
      watcher,
      target:
        target.kind === 'exec' ? target : { ...target, module: pathOf(target.module, source.file) },
      ignoresFailure,
      timeoutMs: this.#options.definition(watcher)?.hooksTimeoutMs ?? 0,
      context: {
        watcher: {
          name: watcher,
          status: state?.is ?? 'stopped',
          numprocesses: state?.policy.numprocesses ?? 0,
          pids: state === undefined ? [] : pidsOf(state),
        },
        ...facts,
      },
    }
  }
}

/** A package is looked up from the file that names it; one that is not there is left to whoever cannot load it. */
function pathOf(module: string, file: string): string {
  if (isAbsolute(module)) return module
  try {
    return createRequire(file).resolve(module)
  } catch {
    return module
  }
}
