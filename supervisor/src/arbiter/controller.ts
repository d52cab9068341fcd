import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ArbiterEvent } from '../core/event.ts'
import type { JobId, JobOutcome } from '../core/job.ts'
import type { RouterSocket } from '../net/zmq.ts'
import { monotonicNow } from '../os/clock.ts'
import { permits } from '../protocol/access.ts'
import type { Command, Inquiry, Operation } from '../protocol/command.ts'
import { findCommand } from '../protocol/command-table.ts'
import { ERRNO, type Errno } from '../protocol/errno.ts'
import { pythonRepr } from '../protocol/python.ts'
import { encodeError, encodeOk } from '../protocol/reply.ts'
import { decodeRequest, type Request } from '../protocol/request.ts'
import { RequestError } from '../protocol/request-error.ts'
import type { ArbiterView } from '../protocol/view.ts'
import { Audit, type Asking } from './audit.ts'
import type { Caller } from './caller.ts'
import type { Door } from './door.ts'
import { FailureBudget } from './failure-budget.ts'
import { LineLimiter } from './line-limiter.ts'
import type { Inquiries } from './inquiries.ts'
import type { Log } from './log.ts'

/** Clients that may wait for the end of their commands at the same time. */
export const MAX_WAITING_JOBS = 1_000

export interface ControllerOptions {
  readonly router: RouterSocket
  /** Whose requests come in at the router. */
  readonly door: Door
  /** The state now. What was posted must show in it by the next turn of the event loop. */
  view(): ArbiterView
  post(event: ArbiterEvent): void
  readonly inquiries: Pick<Inquiries, 'answer'>
  readonly clock: {
    /** Wall-clock time in seconds since 1970, with fractions. */
    wallSeconds(): number
  }
  readonly log: Log
}

export interface Controller {
  /** Answers the client that waits for the job, if there is one. */
  jobEnded(job: JobId, outcome: JobOutcome): void
  /** Answers no more requests, tells those who still wait, and closes the router. */
  close(): Promise<void>
}

/** A client, and the `id` by which it knows its request. */
interface Asker {
  readonly identity: Uint8Array
  readonly id: unknown
  readonly isCast: boolean
}

/** A request that may be tried: what it asks for is in `Asking`. */
interface Attempt extends Asking {
  readonly asker: Asker
}

interface WaitingJob {
  readonly asker: Asker
  readonly command: Operation
  readonly event: ArbiterEvent
}

/**
 * Answers requests: queries from the state, at once; inquiries when processes have been looked at; operations by a job,
 * whose ids are `1`, `2`, ... One request is taken per turn of the event loop, so that a client which floods the router
 * holds up nothing else.
 */
export function startController(options: ControllerOptions): Controller {
  return new RunningController(options)
}

class RunningController implements Controller {
  readonly #options: ControllerOptions
  readonly #waiting = new Map<JobId, WaitingJob>()
  readonly #limiter: LineLimiter
  readonly #audit: Audit
  readonly #budget = new FailureBudget(monotonicNow)
  readonly #serving: Promise<void>
  #lastJob = 0

  constructor(options: ControllerOptions) {
    this.#options = options
    this.#limiter = new LineLimiter(options.log)
    this.#audit = new Audit(options.log, this.#limiter)
    this.#serving = this.#serveAll()
  }

  jobEnded(job: JobId, outcome: JobOutcome): void {
    this.#audit.ended(job, outcome)
    const ended = this.#waiting.get(job)
    if (ended === undefined) return
    this.#waiting.delete(job)
    const { asker, command, event } = ended
    if (outcome.ok) this.#accept(asker, command.reply(outcome.result, event))
    else this.#refuse(asker, ERRNO.commandFailed, outcome.reason)
  }

  async close(): Promise<void> {
    for (const { asker } of this.#waiting.values()) {
      this.#refuse(asker, ERRNO.commandFailed, 'the daemon leaves')
    }
    this.#waiting.clear()
    await this.#options.router.close()
    await this.#serving
    this.#limiter.close()
  }

  async #serveAll(): Promise<void> {
    const { router } = this.#options
    try {
      for await (const frames of router) {
        this.#take(frames)
        await nextTurn()
      }
    } catch (error) {
      this.#options.log(
        'critical',
        `control endpoint ${router.endpoint} is gone: ${describe(error)}`,
      )
    }
  }

  /** Nothing that a client sends makes this throw: the next request must be served. */
  #take([identity, ...frames]: readonly Uint8Array[]): void {
    if (identity === undefined) return
    const { caller, frames: request } = this.#options.door(frames)
    const decoded = decodeRequest(request)
    switch (decoded.type) {
      case 'dropped':
        this.#limiter.write('warning', decoded.reason, decoded.reason)
        return
      case 'invalid':
        this.#fail({ identity, id: decoded.id, isCast: decoded.isCast }, decoded.error)
        return
      case 'request':
        this.#takeRequest(identity, caller, decoded.request)
    }
  }

  #takeRequest(identity: Uint8Array, caller: Caller | null, request: Request): void {
    const { id, isCast, command: name, properties } = request
    const asker: Asker = { identity, id, isCast }
    if (caller === null) {
      this.#limiter.write('warning', 'wrong proofs', 'audit: a request with a wrong proof: refused')
      this.#fail(asker, forbidden('the key is not authorized'))
      return
    }
    const command = findCommand(name)
    if (command === undefined) {
      const reason = `unknown command: ${pythonRepr(name)}`
      this.#fail(asker, new RequestError(ERRNO.unknownCommand, reason))
      return
    }
    this.#attempt({ asker, caller, command: command.name, properties }, command)
  }

  #attempt(attempt: Attempt, command: Command): void {
    try {
      this.#serve(attempt, command)
    } catch (error) {
      this.#failAttempt(attempt, command, error)
    }
  }

  #failAttempt(attempt: Attempt, command: Command, error: unknown): void {
    const refusal = this.#toRequestError(error, attempt)
    const isForbidden = refusal.errno === ERRNO.permissionDenied
    if (isForbidden || command.access !== 'read') this.#audit.refused(attempt, refusal)
    this.#fail(attempt.asker, refusal)
  }

  async #inquire(attempt: Attempt, command: Inquiry): Promise<void> {
    try {
      const question = command.ask(attempt.properties, this.#options.view())
      this.#accept(attempt.asker, await this.#options.inquiries.answer(question))
    } catch (error) {
      this.#failAttempt(attempt, command, error)
    }
  }

  #serve(attempt: Attempt, command: Command): void {
    const { asker, caller, properties } = attempt
    if (!permits(caller.role, command.access)) {
      throw forbidden(
        `${command.name} needs the role ${command.access}, and yours is ${caller.role}`,
      )
    }
    switch (command.kind) {
      case 'query':
        return this.#accept(asker, command.answer(properties, this.#options.view(), caller.role))
      case 'inquiry':
        return void this.#inquire(attempt, command)
      case 'operation':
        return this.#begin(attempt, command)
    }
  }

  #begin(attempt: Attempt, command: Operation): void {
    const { asker, properties } = attempt
    const view = this.#options.view()
    const job = String(this.#lastJob + 1)
    const { event, waiting } = command.begin(properties, job, view)
    if (event.type === 'settled') {
      this.#audit.taken(attempt, null)
      this.#accept(asker, event.reply)
      return
    }
    if (view.arbiter.is !== 'running' && event.type !== 'quit') {
      throw new RequestError(ERRNO.conflict, 'arbiter is already running arbiter_stop command')
    }
    this.#lastJob += 1
    if (waiting) this.#awaitJob(job, { asker, command, event })
    this.#audit.taken(attempt, job)
    this.#options.post(event)
    if (!waiting) this.#accept(asker, {})
  }

  #awaitJob(job: JobId, waiting: WaitingJob): void {
    if (this.#waiting.size >= MAX_WAITING_JOBS) {
      throw new RequestError(ERRNO.conflict, `${MAX_WAITING_JOBS} clients are waiting already`)
    }
    this.#waiting.set(job, waiting)
  }

  #accept(asker: Asker, fields: object): void {
    this.#reply(asker, encodeOk(asker.id, fields, this.#options.clock.wallSeconds()))
  }

  /** For a request that was never begun. A client that has had too many of these is not answered for a while. */
  #fail(asker: Asker, { errno, message }: RequestError): void {
    switch (this.#budget.spend(asker.identity)) {
      case 'answer':
        return this.#refuse(asker, errno, message)
      case 'last':
        return this.#refuse(asker, errno, `${message}; too many failures, more are not answered`)
      case 'silence':
    }
  }

  #refuse(asker: Asker, errno: Errno, message: string): void {
    this.#reply(asker, encodeError(asker.id, { errno, message }, this.#options.clock.wallSeconds()))
  }

  #reply({ identity, isCast }: Asker, message: string): void {
    if (!isCast) this.#options.router.send([identity, message])
  }

  /** What is no `RequestError` is a mistake of ours: the log gets all of it, the client one sentence. */
  #toRequestError(error: unknown, { command }: Attempt): RequestError {
    if (error instanceof RequestError) return error
    const what = `command ${pythonRepr(command)}`
    this.#limiter.write('error', `${what} failed`, `${what} failed: ${describe(error)}`)
    const reason = error instanceof Error ? error.message : String(error)
    return new RequestError(ERRNO.conflict, `${what}: ${reason}`, { cause: error })
  }
}

function forbidden(why: string): RequestError {
  return new RequestError(ERRNO.permissionDenied, `permission denied: ${why}`)
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
