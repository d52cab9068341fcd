import { ERRNO } from './errno.ts'
import type { Properties } from './properties.ts'
import { isRecord } from './record.ts'
import { RequestError } from './request-error.ts'

/** Longest request, in bytes. Circus has no limit; its largest known requests (`add` with an environment) take some KiB. */
export const MAX_REQUEST_BYTES = 1_048_576

/** Deepest nesting of a request: Circus' own commands need four levels. Printing a deeper `id` could exhaust the stack. */
export const MAX_REQUEST_DEPTH = 64

/** A command as a client sends it. Circus docs: "the circus protocol". */
export interface Request {
  /** As the client spelled it: command names match in any case. */
  readonly command: string
  readonly properties: Properties
  /** Any JSON value, sent back with the reply; null when there was none. */
  readonly id: unknown
  /** Executed without a reply, not even an error (`"msg_type": "cast"`). */
  readonly isCast: boolean
}

export type DecodedRequest =
  | { readonly type: 'request'; readonly request: Request }
  /** To be answered with the error, unless it was a cast. */
  | {
      readonly type: 'invalid'
      readonly error: RequestError
      readonly id: unknown
      readonly isCast: boolean
    }
  /** Not to be answered, as in Circus: who sends it could not read the answer. */
  | { readonly type: 'dropped'; readonly reason: string }

/**
 * Reads what a client sent, whatever it was: nothing makes it throw. Where Circus stalls or stays silent (blank,
 * no object, no command) the client gets an error.
 * @param frames The frames after the identity.
 */
export function decodeRequest(frames: readonly Uint8Array[]): DecodedRequest {
  const [frame] = frames
  if (frame === undefined || frames.length !== 1) {
    return { type: 'dropped', reason: describeFrames(frames) }
  }
  if (frame.byteLength > MAX_REQUEST_BYTES) {
    return invalid(
      ERRNO.messageInvalid,
      `message invalid: ${frame.byteLength} bytes are more than ${MAX_REQUEST_BYTES}`,
    )
  }
  const message = parseJson(frame)
  if (message === undefined) return invalid(ERRNO.jsonInvalid, 'json invalid')
  if (!isRecord(message)) {
    return invalid(ERRNO.messageInvalid, 'message invalid: must be a JSON object')
  }
  if (isDeeperThan(message, MAX_REQUEST_DEPTH)) {
    return invalid(
      ERRNO.messageInvalid,
      `message invalid: nested deeper than ${MAX_REQUEST_DEPTH} levels`,
    )
  }
  return decodeMessage(message)
}

/** @returns The one frame that a client sends. */
export function encodeRequest({ command, properties, id, isCast }: Request): string {
  return JSON.stringify(
    isCast ? { command, properties, msg_type: 'cast' } : { id, command, properties },
  )
}

function decodeMessage(message: Properties): DecodedRequest {
  const id = message['id'] ?? null
  const isCast = message['msg_type'] === 'cast'
  const { command, properties = {} } = message
  if (command === undefined) {
    return invalid(ERRNO.messageInvalid, "message invalid 'command' is missing", id, isCast)
  }
  if (typeof command !== 'string') {
    return invalid(ERRNO.messageInvalid, "message invalid 'command' must be a string", id, isCast)
  }
  // Some languages cannot tell an empty object from an empty list, and Circus takes the list.
  if (Array.isArray(properties) && properties.length === 0) {
    return { type: 'request', request: { command, properties: {}, id, isCast } }
  }
  if (!isRecord(properties)) {
    return invalid(
      ERRNO.messageInvalid,
      "message invalid 'properties' must be an object",
      id,
      isCast,
    )
  }
  return { type: 'request', request: { command, properties, id, isCast } }
}

function invalid(
  errno: RequestError['errno'],
  reason: string,
  id: unknown = null,
  isCast = false,
): DecodedRequest {
  return { type: 'invalid', error: new RequestError(errno, reason), id, isCast }
}

function describeFrames(frames: readonly Uint8Array[]): string {
  const count = `message of ${frames.length} frames dropped, must be 1`
  return frames.length === 2 && frames[0]?.byteLength === 0
    ? `${count}: it looks like a REQ socket, use a DEALER`
    : count
}

/** undefined when the bytes are no UTF-8 or no JSON. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // Both complaints mean the same to the client, and Circus has one text for them.
    return undefined
  }
}

/** Goes down level by level, not by recursion: the nesting is what is not trusted. */
function isDeeperThan(message: object, limit: number): boolean {
  let level: readonly object[] = [message]
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > limit) return true
    level = level.flatMap((one) => Object.values(one)).filter(isContainer)
  }
  return false
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
