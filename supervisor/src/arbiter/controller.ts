import { setImmediate as nextTurn } from 'node:timers/promises'
import type { WatcherOptions } from '../config/options.ts'
import type { ArbiterEvent } from '../core/event.ts'
import type { JobId, JobOutcome } from '../core/job.ts'
import type { RouterSocket } from '../net/zmq.ts'
import { monotonicNow } from '../os/clock.ts'
import { permits } from '../protocol/access.ts'
import type { Command, DaemonEvent, Inquiry, Operation } from '../protocol/command.ts'
import { findCommand } from '../protocol/command-table.ts'
import { waitReply } from '../protocol/commands/wait.ts'
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
import type { JobBook } from './job-book.ts'
import type { Log } from './log.ts'

/** Clients that may wait for the end of their commands at the same time. */
export const MAX_WAITING_JOBS = 1_000

export interface ControllerOptions {
  readonly router: RouterSocket
  /** Whose requests come in at the router. */
  readonly door: Door
  /** The state now. What was posted must show in it by the next turn of the event loop. */
  view(): ArbiterView
  readonly inquiries: Pick<Inquiries, 'answer'>
  /** @param taken Called when the event has been taken; the end of its job may have been told before. */
  post(event: ArbiterEvent, taken: () => void): void
  /**
   * A watcher has other options from now on.
   * @returns what makes it as it was before
   * @throws If they cannot be had.
   */
  define(options: WatcherOptions): () => void
  /** Begins; `jobEnded` tells the end. @throws {RequestError} If it cannot be. */
  reloadConfiguration(job: JobId): void
  readonly jobs: JobBook
  /** Told of every job that is begun, before it is. */
  accepted(event: ArbiterEvent | DaemonEvent, command: string, by: string): void
  readonly clock: {
    /** Wall-clock time in seconds since 1970, with fractions. */
    wallSeconds(): number
  }
  readonly log: Log
}

export interface Controller {
  /** Answers the clients that wait for the job, if there are any. @param notes What they should know beside the result. */
  jobEnded(job: JobId, outcome: JobOutcome, notes?: readonly string[]): void
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

/** A job whose client was not answered yet. */
interface BegunJob {
  readonly asker: Asker
  readonly command: Operation
  readonly event: ArbiterEvent | DaemonEvent
  /** The client wants to know how it ends; if not, whether it was refused. */
  readonly waiting: boolean
  readonly notes: readonly string[]
  /** Fields of whatever success reply it gets. */
  readonly fields: object
  /** Makes the options of a watcher as they were. */
  readonly undo: () => void
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
  readonly #limiter: LineLimiter
  readonly #audit: Audit
  readonly #budget = new FailureBudget(monotonicNow)
  readonly #begun = new Map<JobId, BegunJob>()
  /** Those of them which the state machines have not refused at once. */
  readonly #taken = new Set<JobId>()
  readonly #serving: Promise<void>
  #lastJob = 0

  constructor(options: ControllerOptions) {
    this.#options = options
    this.#limiter = new LineLimiter(options.log)
    this.#audit = new Audit(options.log, this.#limiter)
    this.#serving = this.#serveAll()
  }

  jobEnded(job: JobId, outcome: JobOutcome, notes: readonly string[] = []): void {
    this.#options.jobs.end(job, outcome)
    this.#audit.ended(job, outcome)
    const begun = this.#begun.get(job)
    if (begun === undefined) return
    this.#begun.delete(job)
    const { asker, command, event } = begun
    if (!outcome.ok) {
      const isRefused = !this.#taken.has(job)
      if (isRefused) begun.undo()
      const errno = isRefused ? ERRNO.conflict : ERRNO.commandFailed
      this.#refuse(asker, errno, outcome.reason)
    } else if (begun.waiting) {
      const reply = command.reply(outcome.result, event)
      this.#acceptJob({ ...begun, notes: [...begun.notes, ...notes] }, reply)
    } else {
      this.#acceptJob(begun, {})
    }
    this.#taken.delete(job)
  }

  async close(): Promise<void> {
    for (const { asker } of this.#begun.values()) {
      this.#refuse(asker, ERRNO.commandFailed, 'the daemon leaves')
    }
    this.#begun.clear()
    this.#options.jobs.close('the daemon leaves')
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
    const { event, waiting, define, notes = [] } = command.begin(properties, job, view)
    if (event.type === 'settled') {
      this.#audit.taken(attempt, null)
      this.#accept(asker, event.reply)
      return
    }
    if (waiting) this.#rejectCrowd()
    if (event.type === 'join') {
      this.#joinJob(asker, event.job)
      return
    }
    if (view.arbiter.is !== 'running' && event.type !== 'quit') {
      throw new RequestError(ERRNO.conflict, 'arbiter is already running arbiter_stop command')
    }
    const undo = define === undefined ? (): void => {} : this.#define(define)
    const fields = properties['job'] === true ? { job } : {}
    this.#lastJob += 1
    this.#audit.taken(attempt, job)
    const begun = { asker, command, event, waiting, notes, fields, undo }
    this.#start(job, begun, attempt.caller.name)
  }

  /** Who does not wait is answered when the state machines have not refused the event. */
  #start(job: JobId, begun: BegunJob, by: string): void {
    const { event, command } = begun
    if (event.type === 'reloadConfiguration') this.#options.reloadConfiguration(job)
    this.#options.accepted(event, command.name, by)
    this.#options.jobs.begin(job, command.name)
    this.#begun.set(job, begun)
    if (event.type === 'reloadConfiguration') this.#noteTaken(job)
    else this.#options.post(event, () => this.#noteTaken(job))
  }

  #noteTaken(job: JobId): void {
    const begun = this.#begun.get(job)
    if (begun === undefined) return
    if (begun.waiting) {
      this.#taken.add(job)
      return
    }
    this.#begun.delete(job)
    this.#acceptJob(begun, {})
  }

  /** @throws {RequestError} If they cannot be had. */
  #define(options: WatcherOptions): () => void {
    try {
      return this.#options.define(options)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new RequestError(ERRNO.conflict, reason, { cause })
    }
  }

  #joinJob(asker: Asker, job: JobId): void {
    this.#options.jobs.wait(job, (ended) => {
      const { outcome } = ended
      if (outcome.ok) this.#accept(asker, waitReply(job, ended))
      else this.#refuse(asker, ERRNO.commandFailed, outcome.reason)
    })
  }

  #rejectCrowd(): void {
    if (this.#begun.size + this.#options.jobs.waiting < MAX_WAITING_JOBS) return
    throw new RequestError(ERRNO.conflict, `${MAX_WAITING_JOBS} clients are waiting already`)
  }

  #acceptJob({ asker, notes, fields }: BegunJob, reply: object): void {
    const noted = notes.length === 0 ? {} : { notes }
    this.#accept(asker, { ...reply, ...fields, ...noted })
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
