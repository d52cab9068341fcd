import type { Config, ParsedConfig } from '../config/config.ts'
import { fixedChanges } from '../config/reload-plan.ts'
import type { Adoption, ArbiterEvent } from '../core/event.ts'
import type { JobId } from '../core/job.ts'
import type { Demands } from './demands.ts'
import type { Holdings } from './holdings.ts'
import type { Log } from './log.ts'
import { readAnew } from './read-anew.ts'

interface RenewalOptions {
  readonly log: Log
  readonly holdings: Holdings
  readonly demands: Demands
  /** Reads the files anew. */
  readonly read: () => ParsedConfig
  readonly post: (event: ArbiterEvent) => void
}

/** Reads the configuration files again for a restart of everything, and changes to what they say. */
export class ConfigurationRenewal {
  readonly #options: RenewalOptions
  #next: Config | undefined

  constructor(options: RenewalOptions) {
    this.#options = options
  }

  /** Reads the files; what was read waits for `adopt`. */
  read(job: JobId): void {
    const { log, read, post } = this.#options
    const found = readAnew(read, log)
    this.#next = 'config' in found ? found.config : undefined
    const failure = 'failure' in found ? found.failure : null
    post({ type: 'configurationRead', job, failure })
  }

  /** Changes sockets, streams and options to what was read. */
  async adopt(job: JobId): Promise<void> {
    const { log, holdings, demands, post } = this.#options
    const next = this.#next ?? holdings.config
    this.#next = undefined
    // Whoever looks for connections keeps a socket alive after it was closed.
    await demands.settled()
    for (const note of fixedChanges(holdings.config, next)) log('warning', note)
    const failure = await holdings.adopt(next)
    if (failure !== null) log('error', `the new configuration cannot be used: ${failure}`)
    post({ type: 'configurationAdopted', job, adoption: adoptionOf(holdings.config), failure })
  }
}

/** What the state machines are to run. */
function adoptionOf({ circus, watchers }: Config): Adoption {
  return { policies: watchers, warmupDelayMs: circus.warmupDelayMs }
}
