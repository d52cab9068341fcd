import type { WatcherOptions } from '../config/options.ts'
import type { ArbiterEvent } from '../core/event.ts'
import type { JobId, JobResult } from '../core/job.ts'
import type { Access } from './access.ts'
import type { CommandLine, CommandUsage } from './command-line.ts'
import type { Properties } from './properties.ts'
import type { Question } from './question.ts'
import type { ReplyFields } from './reply.ts'
import type { ArbiterView } from './view.ts'

/** What both sides know of a command. */
interface ClientSide extends CommandUsage {
  /** The least role that may use it. What is above `read` is audited. */
  readonly access: Access
  /** The properties to send. @throws {UsageError} If a word cannot be used. */
  properties(line: CommandLine): Properties
  /** What circusctl prints for a success reply. */
  text(reply: ReplyFields): string
}

interface QuerySpec<Request> extends ClientSide {
  /** @throws {RequestError} If the properties are wrong. */
  parse(properties: Properties): Request
  /**
   * @param role Of who asks, which is `access` at least.
   * @throws {RequestError} If the request names something that does not exist, or that this role may not see.
   */
  answer(request: Request, view: ArbiterView, role: Access): object
}

interface InquirySpec<Request> extends ClientSide {
  /** @throws {RequestError} If the properties are wrong. */
  parse(properties: Properties): Request
  /** @throws {RequestError} If the request names something that does not exist. */
  ask(request: Request, view: ArbiterView): Question
}

interface OperationSpec<Request extends { readonly waiting: boolean }> extends ClientSide {
  /** @throws {RequestError} If the properties are wrong. */
  parse(properties: Properties): Request
  /** @throws {RequestError} If the request names something that does not exist. */
  event(request: Request, job: JobId, view: ArbiterView): Asked | Definition
  /** The fields for a client that waited until the job of `event` had ended well. */
  reply(result: JobResult, event: ArbiterEvent | DaemonEvent): object
}

/** What an operation comes to. */
export type Asked = ArbiterEvent | DaemonEvent | Settled

/** What the daemon does itself, for which the state machines are asked one by one. */
export interface DaemonEvent {
  readonly type: 'reloadConfiguration'
  readonly job: JobId
}

/** An event that brings a watcher new options; if they cannot be had, the event never happens. */
export interface Definition {
  readonly type: 'definition'
  readonly define: WatcherOptions
  readonly event: ArbiterEvent
  /** What whoever asked should know, beside that it is done. */
  readonly notes: readonly string[]
}

/** An operation that needs no job, because nothing is to be done, or another job does it. */
export type Settled =
  | { readonly type: 'settled'; readonly reply: object }
  /** The reply is that of another job, when it has ended. */
  | { readonly type: 'join'; readonly job: JobId }

/** A command that is answered from the state, at once. */
export interface Query extends ClientSide {
  readonly kind: 'query'
  /** @throws {RequestError} See `parse` and `answer` above. */
  answer(properties: Properties, view: ArbiterView, role: Access): object
}

/** A command that is answered when processes have been looked at, which takes longer than others may wait. */
export interface Inquiry extends ClientSide {
  readonly kind: 'inquiry'
  /** @throws {RequestError} See `parse` and `ask` above. */
  ask(properties: Properties, view: ArbiterView): Question
}

/** A command that becomes a job. */
export interface Operation extends ClientSide {
  readonly kind: 'operation'
  /** @throws {RequestError} See `parse` and `event` above. */
  begin(properties: Properties, job: JobId, view: ArbiterView): Beginning
  reply(result: JobResult, event: ArbiterEvent | DaemonEvent): object
}

export interface Beginning {
  readonly waiting: boolean
  readonly event: Asked
  /** New options, to be had before the event is posted. */
  readonly define?: WatcherOptions
  readonly notes?: readonly string[]
}

export type Command = Query | Inquiry | Operation

export function query<Request>(spec: QuerySpec<Request>): Query {
  return {
    ...spec,
    kind: 'query',
    answer: (properties, view, role) => spec.answer(spec.parse(properties), view, role),
  }
}

export function inquiry<Request>(spec: InquirySpec<Request>): Inquiry {
  return {
    ...spec,
    kind: 'inquiry',
    ask: (properties, view) => spec.ask(spec.parse(properties), view),
  }
}

export function operation<Request extends { readonly waiting: boolean }>(
  spec: OperationSpec<Request>,
): Operation {
  return {
    ...spec,
    kind: 'operation',
    begin: (properties, job, view) => {
      const request = spec.parse(properties)
      const { waiting } = request
      const asked = spec.event(request, job, view)
      if (asked.type !== 'definition') return { waiting, event: asked }
      const { event, define, notes } = asked
      return { waiting, event, define, notes }
    },
  }
}
