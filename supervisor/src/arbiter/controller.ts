import { setImmediate as nextTurn } from 'node:timers/promises'
import type { WatcherOptions } from '../config/options.ts'
import type { LogLevel } from '../core/effect.ts'
import type { ArbiterEvent } from '../core/event.ts'
import type { JobId, JobOutcome } from '../core/job.ts'
import type { RouterSocket } from '../net/zmq.ts'
import type { DaemonEvent, Operation } from '../protocol/command.ts'
import { findCommand } from '../protocol/command-table.ts'
import { waitReply } from '../protocol/commands/wait.ts'
import { ERRNO } from '../protocol/errno.ts'
import type { Properties } from '../protocol/properties.ts'
import { pythonRepr } from '../protocol/python.ts'
import { encodeError, encodeOk } from '../protocol/reply.ts'
import { decodeRequest, type Request } from '../protocol/request.ts'
import { RequestError } from '../protocol/request-error.ts'
import type { ArbiterView } from '../protocol/view.ts'
import type { JobBook } from './job-book.ts'

/** Clients that may wait for the end of their commands at the same time. */
export const MAX_WAITING_JOBS = 1_000

export interface ControllerOptions {
  readonly router: RouterSocket
  /** The state now. What was posted must show in it by the next turn of the event loop. */
  view(): ArbiterView
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
  log(level: LogLevel, message: string): void
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

/** Who asks, until the transport says more. */
const CLIENT = 'client'

/**
 * Answers requests: queries from the state, at once; operations by a job, whose ids are `1`, `2`, ... One request is
 * taken per turn of the event loop, so that a client which floods the router holds up nothing else.
 */
export function startController(options: ControllerOptions): Controller {
  return new RunningController(options)
}

class RunningController implements Controller {
  readonly #options: ControllerOptions
  readonly #begun = new Map<JobId, BegunJob>()
  /** Those of them which the state machines have not refused at once. */
  readonly #taken = new Set<JobId>()
  readonly #serving: Promise<void>
  #lastJob = 0

  constructor(options: ControllerOptions) {
    this.#options = options
    this.#serving = this.#serveAll()
  }

  jobEnded(job: JobId, outcome: JobOutcome, notes: readonly string[] = []): void {
    this.#options.jobs.end(job, outcome)
    const begun = this.#begun.get(job)
    if (begun === undefined) return
    this.#begun.delete(job)
    const { asker, command, event } = begun
    if (!outcome.ok) {
      const isRefused = !this.#taken.has(job)
      if (isRefused) begun.undo()
      const errno = isRefused ? ERRNO.conflict : ERRNO.commandFailed
      this.#refuse(asker, { errno, message: outcome.reason })
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
      this.#refuse(asker, { errno: ERRNO.commandFailed, message: 'the daemon leaves' })
    }
    this.#begun.clear()
    this.#options.jobs.close('the daemon leaves')
    await this.#options.router.close()
    await this.#serving
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
    const decoded = decodeRequest(frames)
    switch (decoded.type) {
      case 'dropped':
        this.#options.log('warning', decoded.reason)
        return
      case 'invalid':
        this.#refuse({ identity, id: decoded.id, isCast: decoded.isCast }, decoded.error)
        return
      case 'request':
        this.#takeRequest(identity, decoded.request)
    }
  }

  #takeRequest(identity: Uint8Array, request: Request): void {
    const asker: Asker = { identity, id: request.id, isCast: request.isCast }
    try {
      this.#serve(asker, request)
    } catch (error) {
      this.#refuse(asker, this.#toRequestError(error, request))
    }
  }

  #serve(asker: Asker, { command: name, properties }: Request): void {
    const command = findCommand(name)
    if (command === undefined) {
      throw new RequestError(ERRNO.unknownCommand, `unknown command: ${pythonRepr(name)}`)
    }
    if (command.kind === 'query') {
      this.#accept(asker, command.answer(properties, this.#options.view()))
    } else {
      this.#begin(asker, command, properties)
    }
  }

  #begin(asker: Asker, command: Operation, properties: Properties): void {
    const view = this.#options.view()
    const job = String(this.#lastJob + 1)
    const { event, waiting, define, notes = [] } = command.begin(properties, job, view)
    if (event.type === 'settled') {
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
    this.#start(job, { asker, command, event, waiting, notes, fields, undo })
  }

  /** Who does not wait is answered when the state machines have not refused the event. */
  #start(job: JobId, begun: BegunJob): void {
    const { event, command } = begun
    if (event.type === 'reloadConfiguration') this.#options.reloadConfiguration(job)
    this.#options.accepted(event, command.name, CLIENT)
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
      else this.#refuse(asker, { errno: ERRNO.commandFailed, message: outcome.reason })
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

  #refuse(asker: Asker, error: Pick<RequestError, 'errno' | 'message'>): void {
    this.#reply(asker, encodeError(asker.id, error, this.#options.clock.wallSeconds()))
  }

  #reply({ identity, isCast }: Asker, message: string): void {
    if (!isCast) this.#options.router.send([identity, message])
  }

  /** What is no `RequestError` is a mistake of ours: the log gets all of it, the client one sentence. */
  #toRequestError(error: unknown, { command }: Request): RequestError {
    if (error instanceof RequestError) return error
    const what = `command ${pythonRepr(command)}`
    this.#options.log('error', `${what} failed: ${describe(error)}`)
    const reason = error instanceof Error ? error.message : String(error)
    return new RequestError(ERRNO.conflict, `${what}: ${reason}`, { cause: error })
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
