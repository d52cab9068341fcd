import type { Config, ParsedConfig } from '../config/config.ts'
import { planReload, type Present, type ReloadPlan } from '../config/reload-plan.ts'
import type { Arbiter } from '../core/arbiter-state.ts'
import type { ArbiterEvent } from '../core/event.ts'
import type { JobId, JobOutcome } from '../core/job.ts'
import { ERRNO } from '../protocol/errno.ts'
import { RequestError } from '../protocol/request-error.ts'
import type { Demands } from './demands.ts'
import type { Holdings } from './holdings.ts'
import type { Log } from './log.ts'
import { readAnew, unusable } from './read-anew.ts'

interface ReloadOptions {
  readonly log: Log
  readonly holdings: Holdings
  readonly demands: Demands
  /** Reads the files anew. */
  readonly read: () => ParsedConfig
  readonly state: () => Arbiter
  readonly post: (event: ArbiterEvent) => void
  /** @param notes What the reload did not bring into effect. */
  readonly ended: (job: JobId, outcome: JobOutcome, notes: readonly string[]) => void
}

/** The reload that is under way. */
interface Underway {
  readonly job: JobId
  readonly plan: ReloadPlan
  /** Jobs on watchers that have not ended. */
  readonly parts: Set<JobId>
  readonly failures: string[]
}

/**
 * Reads the configuration files anew and changes what has changed in them, without a pause for everything else. All is checked,
 * every socket is bound and every stream opened before the first watcher hears of it.
 */
export class ConfigurationReload {
  readonly #options: ReloadOptions
  #underway: Underway | undefined

  constructor(options: ReloadOptions) {
    this.#options = options
  }

  /**
   * Begins; `ended` tells the end.
   * @throws {RequestError} If the files cannot be used, or ask for what cannot be done now. Nothing has changed then.
   */
  begin(job: JobId): void {
    const { log, holdings, read, state } = this.#options
    if (this.#underway !== undefined) {
      throw new RequestError(
        ERRNO.conflict,
        `the configuration is being reloaded already, by job ${this.#underway.job}`,
      )
    }
    if (state().renewal !== null) {
      throw new RequestError(ERRNO.conflict, 'arbiter is restarting...')
    }
    const found = readAnew(read, log)
    if ('failure' in found) throw new RequestError(ERRNO.commandFailed, found.failure)
    const planned = planReload(presentOf(holdings, state()), found.config)
    if ('refusals' in planned) {
      throw new RequestError(ERRNO.commandFailed, unusable(planned.refusals))
    }
    this.#underway = { job, plan: planned.plan, parts: new Set(), failures: [] }
    void this.#apply(this.#underway, found.config)
  }

  /** A job has ended, which may be a part of the reload. */
  noteEnd(job: JobId, outcome: JobOutcome): void {
    const underway = this.#underway
    if (underway?.parts.delete(job) !== true) return
    if (!outcome.ok) underway.failures.push(outcome.reason)
    this.#finishIfDone(underway)
  }

  async #apply(underway: Underway, config: Config): Promise<void> {
    const { log, holdings, demands, state } = this.#options
    const { plan } = underway
    try {
      // Whoever looks for connections keeps a socket alive after it was closed.
      await demands.settled()
      await holdings.bind(plan.sockets)
      if (state().is !== 'running' || state().renewal !== null) {
        throw new Error('everything is being stopped')
      }
      this.#define(plan)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      log('error', `the new configuration cannot be used: ${reason}`)
      this.#end(underway, { ok: false, reason })
      return
    }
    for (const note of plan.notes) log('warning', note)
    holdings.note(config)
    this.#change(underway)
    this.#finishIfDone(underway)
  }

  /** All or nothing. @throws {OutputError} */
  #define({ added, changed }: ReloadPlan): void {
    const { holdings } = this.#options
    const undo: (() => void)[] = []
    try {
      for (const watcher of [...added, ...changed.map(({ options }) => options)]) {
        undo.push(holdings.define(watcher))
      }
    } catch (error) {
      for (const act of undo.toReversed()) act()
      throw error
    }
  }

  #change(underway: Underway): void {
    const { post, holdings } = this.#options
    const { added, changed, removed } = underway.plan
    const part = (): JobId => {
      const id = `${underway.job}.${underway.parts.size + 1}`
      underway.parts.add(id)
      return id
    }
    for (const watcher of removed) {
      const command = { kind: 'remove', job: part(), leavesProcesses: false } as const
      post({ type: 'command', watcher, command })
    }
    for (const { options, keys, by } of changed) {
      const watcher = options.name
      const reloads = by === 'reload'
      const restarts = by === 'restart' && this.#isUp(watcher)
      // The restart supersedes what the change would wait for, so only its own end counts.
      const job = restarts ? `${underway.job}.0` : part()
      const change = { kind: 'change', job, policy: options, keys, reloads } as const
      post({ type: 'command', watcher, command: change })
      if (restarts) post({ type: 'command', watcher, command: { kind: 'restart', job: part() } })
    }
    for (const policy of added) post({ type: 'addWatcher', policy, request: null })
    const names = added.filter(({ autostart }) => autostart).map(({ name }) => name)
    if (names.length === 0) return
    const { warmupDelayMs } = holdings.config.circus
    const how = { warmupDelayMs, sequential: false, isExplicit: false }
    post({ type: 'bulk', command: { kind: 'start', job: part(), watchers: names, ...how } })
  }

  #isUp(watcher: string): boolean {
    const { watchers } = this.#options.state()
    return watchers.some(({ policy, want }) => policy.name === watcher && want !== 'down')
  }

  #finishIfDone(underway: Underway): void {
    const { parts, failures } = underway
    if (parts.size > 0) return
    const [reason] = failures
    const outcome: JobOutcome =
      reason === undefined ? { ok: true, result: {} } : { ok: false, reason }
    void this.#finish(underway, outcome)
  }

  async #finish(underway: Underway, outcome: JobOutcome): Promise<void> {
    const { demands, holdings } = this.#options
    await demands.settled()
    holdings.unbind(underway.plan.sockets.closed)
    this.#end(underway, outcome)
  }

  #end({ job, plan }: Underway, outcome: JobOutcome): void {
    this.#underway = undefined
    this.#options.ended(job, outcome, plan.notes)
  }
}

function presentOf({ config, definitions }: Holdings, { watchers }: Arbiter): Present {
  return {
    config,
    watchers: definitions.map((options) => {
      const state = watchers.find(({ policy }) => policy.name === options.name)
      return {
        options,
        usesSockets: state !== undefined && (state.want !== 'down' || state.processes.length > 0),
        isLeaving: state?.isLeaving === true,
      }
    }),
  }
}
