import { setTimeout as delay } from 'node:timers/promises'
import { type Environment, scrubInherited } from '../os/child-environment.ts'
import { type ExecCall, ExecHook } from './exec-hook.ts'
import { cannotRun, type HookCall, type HookOutcome } from './hook-call.ts'
import { HookLog } from './hook-log.ts'
import type { HookProcess } from './hook-process.ts'
import { ModuleHost } from './module-host.ts'
import { oneLine } from './one-line.ts'

/** Longest wait in ms for processes after SIGKILL: one in an uninterruptible call must not hold the end of the daemon. */
const KILL_WAIT_MS = 5_000

export interface HooksOptions {
  /** Working directory of hooks, and what paths of modules and programs start from: absolute. */
  readonly cwd: string
  /** The daemon's own environment. What speaks of its descriptors is taken out: a hook has none of them. */
  readonly env: Environment
  /** What hooks print: one line, "before_start of web: TEXT" for a program, "hooks of web: TEXT" for modules. */
  readonly log: (line: string) => void
}

/**
 * Runs the hooks of users in processes of their own: whatever a hook does, only its caller waits, until the deadline of the call.
 * The modules of one watcher share a process, which starts with the first call and is kept, with all that the modules
 * remember, until it crashes, a hook misses its deadline or cannot be loaded, or the watcher is forgotten.
 */
export class Hooks {
  readonly #cwd: string
  readonly #env: Environment
  readonly #log: HookLog
  /** The host for further calls of each watcher. */
  readonly #hosts = new Map<string, ModuleHost>()
  /** All that have not ended, hosts which take no more calls too. */
  readonly #processes = new Set<HookProcess>()
  #isClosed = false

  constructor({ cwd, env, log }: HooksOptions) {
    this.#cwd = cwd
    this.#env = scrubInherited(env)
    this.#log = new HookLog(log)
  }

  /** Calls a hook. Never rejects, and resolves by the deadline of the call. A call that failed is never made again. */
  async run(call: HookCall): Promise<HookOutcome> {
    if (this.#isClosed) return cannotRun(call, 'the daemon is ending')
    const { target } = call
    try {
      return target.kind === 'module'
        ? await this.#host(call.watcher).run({ ...call, target }, this.#cwd)
        : await this.#exec({ ...call, target }).outcome
    } catch (error) {
      return cannotRun(call, oneLine(error))
    }
  }

  /** The next call of the watcher reads its modules anew. What is under way goes on. */
  forget(watcher: string): void {
    this.#hosts.get(watcher)?.retire()
    this.#hosts.delete(watcher)
  }

  /** Fails what is under way and resolves when no process is left. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true
    const ends = Array.from(this.#processes, (process) => {
      process.kill('the daemon is ending')
      return process.ended
    })
    const waiting = new AbortController()
    const pause = delay(KILL_WAIT_MS, undefined, { signal: waiting.signal }).catch(() => {})
    await Promise.race([Promise.all(ends), pause])
    waiting.abort()
    await this.#log.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #host(watcher: string): ModuleHost {
    const present = this.#hosts.get(watcher)
    if (present?.isUsable === true) return present
    const host = new ModuleHost({ watcher, cwd: this.#cwd, env: this.#env, log: this.#log })
    this.#hosts.set(watcher, host)
    this.#keep(host)
    return host
  }

  #exec(call: ExecCall): ExecHook {
    const hook = new ExecHook(call, { cwd: this.#cwd, env: this.#env, log: this.#log })
    this.#keep(hook)
    return hook
  }

  #keep(process: HookProcess): void {
    this.#processes.add(process)
    void process.ended.then(() => this.#processes.delete(process))
  }
}
