import type { JobId } from '../core/job.ts'
import type { CommandLine } from './command-line.ts'
import { integerWord, UsageError, waitingFlag } from './command-line.ts'
import type { Settled } from './command.ts'
import type { ArbiterEvent } from '../core/event.ts'
import { ERRNO } from './errno.ts'
import { findWatcher } from './find-watcher.ts'
import { flag, integer, text, type Properties } from './properties.ts'
import { pythonText } from './python.ts'
import type { ReplyFields } from './reply.ts'
import { RequestError } from './request-error.ts'
import type { ArbiterView } from './view.ts'

/** Most processes that a client may ask for per watcher. A slip of a zero shall not take the machine down. */
export const MAX_NUMPROCESSES = 10_000

/** Properties of `incr` and `decr`. */
export interface ResizeProperties {
  readonly name: string
  /** Default 1; a negative number turns the direction round. */
  readonly nb?: number
  readonly waiting?: boolean
}

/** Bare if nobody waited. */
export interface ResizeReply {
  readonly numprocesses?: number
  /** There is at most one process, and nothing was changed. */
  readonly singleton?: true
}

export interface Resize {
  readonly name: string
  readonly nb: number
  readonly waiting: boolean
}

export const resizeWords = ['NAME', '[NB]'] as const
export const resizeFlags = [waitingFlag] as const

/** @throws {UsageError} If NB is no number. */
export function resizeProperties({ words: [name, nb], flags }: CommandLine): Properties {
  if (name === undefined) throw new UsageError('Cannot resize nothing: NAME is missing')
  return {
    name,
    nb: nb === undefined ? 1 : integerWord(nb),
    waiting: flags['waiting'] === true,
  }
}

/** @throws {RequestError} If `name` is missing or a property has the wrong type. */
export function parseResize(properties: Properties): Resize {
  return {
    name: text(properties, 'name'),
    nb: integer(properties, 'nb', 1),
    waiting: flag(properties, 'waiting', false),
  }
}

/**
 * The event that brings a watcher to `by` processes more than it wants now, at least 0.
 * @throws {RequestError} If there is no such watcher, or the number would be above `MAX_NUMPROCESSES`.
 */
export function resizeEvent(
  name: string,
  by: number,
  job: JobId,
  view: ArbiterView,
): ArbiterEvent | Settled {
  const { policy } = findWatcher(view, name)
  if (policy.singleton) {
    const reply: ResizeReply = { numprocesses: policy.numprocesses, singleton: true }
    return { type: 'settled', reply }
  }
  const numprocesses = policy.numprocesses + by
  if (numprocesses > MAX_NUMPROCESSES) {
    throw new RequestError(
      ERRNO.messageInvalid,
      `message invalid 'nb': ${numprocesses} processes are more than ${MAX_NUMPROCESSES}`,
    )
  }
  return {
    type: 'command',
    watcher: policy.name,
    command: { kind: 'resize', job, change: { by } },
  }
}

export function resizeText({ numprocesses, singleton }: ReplyFields): string {
  if (singleton === true) {
    return 'This watcher is a Singleton - not changing the number of processes'
  }
  return numprocesses === undefined ? 'ok' : pythonText(numprocesses)
}
