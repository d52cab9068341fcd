import type { JobId, JobOutcome } from '../core/job.ts'
import { maskVariables } from '../protocol/mask-secrets.ts'
import type { Properties } from '../protocol/properties.ts'
import { isRecord } from '../protocol/record.ts'
import type { RequestError } from '../protocol/request-error.ts'
import type { Caller } from './caller.ts'
import type { LineLimiter } from './line-limiter.ts'
import type { Log } from './log.ts'

/** Longest text of what was asked, in characters; a command line or an environment may be any length. */
const MAX_TEXT = 500

/** Jobs whose end is awaited; the oldest is given up for one more. Each ends sooner or later, most within seconds. */
const MAX_JOBS = 10_000

/** Who asks for what. */
export interface Asking {
  readonly caller: Caller
  readonly command: string
  readonly properties: Properties
}

/** Writes down who has changed what, and what came of it: one line when it is taken or refused, one when its job has ended. */
export class Audit {
  readonly #log: Log
  readonly #limiter: LineLimiter
  readonly #jobs = new Map<JobId, string>()

  /** @param limiter For refusals, which anybody can cause at will. What was done is never left out. */
  constructor(log: Log, limiter: LineLimiter) {
    this.#log = log
    this.#limiter = limiter
  }

  /** @param job Which does it; null: it is done already. */
  taken(asking: Asking, job: JobId | null): void {
    this.#log('info', `audit: ${describe(asking)}: ${job === null ? 'ok' : `job ${job}`}`)
    if (job === null) return
    const [oldest] = this.#jobs.keys()
    if (this.#jobs.size >= MAX_JOBS && oldest !== undefined) this.#jobs.delete(oldest)
    this.#jobs.set(job, `${asking.caller.name} ${asking.command}`)
  }

  refused(asking: Asking, { errno, message }: Pick<RequestError, 'errno' | 'message'>): void {
    const text = `audit: ${describe(asking)}: refused, errno ${errno}: ${printable(message)}`
    this.#limiter.write('warning', `refusals for ${asking.caller.name}`, text)
  }

  ended(job: JobId, outcome: JobOutcome): void {
    const begun = this.#jobs.get(job)
    if (begun === undefined) return
    this.#jobs.delete(job)
    const end = outcome.ok ? 'ok' : `failed: ${printable(outcome.reason)}`
    this.#log('info', `audit: ${begun}: job ${job} ended, ${end}`)
  }
}

function describe({ caller, command, properties }: Asking): string {
  return `${caller.name} (${caller.role}) ${command} ${printable(JSON.stringify(masked(properties)))}`
}

/** Environments are the only place where secrets are known to stand: `env` of `options`, as `set` and `add` have it. */
function masked(properties: Properties): Properties {
  const { options } = properties
  if (!isRecord(options) || !isRecord(options['env'])) return properties
  return { ...properties, options: { ...options, env: maskVariables(options['env']) } }
}

/** One line without control characters, which could forge other lines or play with a terminal. */
function printable(text: string): string {
  const line = text.replace(
    /[^\P{C} ]|[\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT)}...` : line
}
