import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LogLevel } from '../core/effect.ts'
import type { ArbiterEvent } from '../core/event.ts'
import type { JobId, JobOutcome } from '../core/job.ts'
import type { RouterSocket } from '../net/zmq.ts'
import type { Inquiry, Operation } from '../protocol/command.ts'
import { findCommand } from '../protocol/command-table.ts'
import { ERRNO } from '../protocol/errno.ts'
import type { Properties } from '../protocol/properties.ts'
import { pythonRepr } from '../protocol/python.ts'
import { encodeError, encodeOk } from '../protocol/reply.ts'
import { decodeRequest, type Request } from '../protocol/request.ts'
import { RequestError } from '../protocol/request-error.ts'
import type { ArbiterView } from '../protocol/view.ts'
import type { Inquiries } from './inquiries.ts'

/** Clients that may wait for the end of their commands at the same time. */
export const MAX_WAITING_JOBS = 1_000

export interface ControllerOptions {
  readonly router: RouterSocket
  /** The state now. What was posted must show in it by the next turn of the event loop. */
  view(): ArbiterView
  post(event: ArbiterEvent): void
  readonly inquiries: Pick<Inquiries, 'answer'>
  readonly clock: {
    /** Wall-clock time in seconds since 1970, with fractions. */
    wallSeconds(): number
  }
  log(level: LogLevel, message: string): void
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

interface WaitingJob {
  readonly asker: Asker
  readonly command: Operation
  readonly event: ArbiterEvent
}

/**
 * Answers requests: queries from the state, at once; inquiries when processes have been looked at; operations by a job, whose ids are `1`, `2`, ... One request is
 * taken per turn of the event loop, so that a client which floods the router holds up nothing else.
 */
export function startController(options: ControllerOptions): Controller {
  return new RunningController(options)
}

class RunningController implements Controller {
  readonly #options: ControllerOptions
  readonly #waiting = new Map<JobId, WaitingJob>()
  readonly #serving: Promise<void>
  #lastJob = 0

  constructor(options: ControllerOptions) {
    this.#options = options
    this.#serving = this.#serveAll()
  }

  jobEnded(job: JobId, outcome: JobOutcome): void {
    const ended = this.#waiting.get(job)
    if (ended === undefined) return
    this.#waiting.delete(job)
    const { asker, command, event } = ended
    if (outcome.ok) this.#accept(asker, command.reply(outcome.result, event))
    else this.#refuse(asker, { errno: ERRNO.commandFailed, message: outcome.reason })
  }

  async close(): Promise<void> {
    for (const { asker } of this.#waiting.values()) {
      this.#refuse(asker, { errno: ERRNO.commandFailed, message: 'the daemon leaves' })
    }
    this.#waiting.clear()
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

  #serve(asker: Asker, request: Request): void {
    const { command: name, properties } = request
    const command = findCommand(name)
    if (command === undefined) {
      throw new RequestError(ERRNO.unknownCommand, `unknown command: ${pythonRepr(name)}`)
    }
    switch (command.kind) {
      case 'query':
        return this.#accept(asker, command.answer(properties, this.#options.view()))
      case 'inquiry':
        return void this.#inquire(asker, command, request)
      case 'operation':
        return this.#begin(asker, command, properties)
    }
  }

  async #inquire(asker: Asker, command: Inquiry, request: Request): Promise<void> {
    try {
      const question = command.ask(request.properties, this.#options.view())
      this.#accept(asker, await this.#options.inquiries.answer(question))
    } catch (error) {
      this.#refuse(asker, this.#toRequestError(error, request))
    }
  }

  #begin(asker: Asker, command: Operation, properties: Properties): void {
    const view = this.#options.view()
    const job = String(this.#lastJob + 1)
    const { event, waiting } = command.begin(properties, job, view)
    if (event.type === 'settled') {
      this.#accept(asker, event.reply)
      return
    }
    if (view.arbiter.is !== 'running' && event.type !== 'quit') {
      throw new RequestError(ERRNO.conflict, 'arbiter is already running arbiter_stop command')
    }
    this.#lastJob += 1
    if (waiting) this.#awaitJob(job, { asker, command, event })
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
