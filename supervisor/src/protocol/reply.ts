import { isRecord } from './record.ts'
import type { RequestError } from './request-error.ts'

/** Fields of a reply by their wire names. */
export type ReplyFields = Readonly<Record<string, unknown>>

/**
 * A success reply. The fields of the command win over the common ones: the reply of `status NAME` has the
 * watcher's state in `status`.
 * @param time Wall-clock time in seconds since 1970, with fractions.
 */
export function encodeOk(id: unknown, fields: object, time: number): string {
  return JSON.stringify({ status: 'ok', time, ...fields, id })
}

/**
 * An error reply. `tb` is always null: Circus puts its traceback there, which is nobody's business.
 * @param time Wall-clock time in seconds since 1970, with fractions.
 */
export function encodeError(
  id: unknown,
  { errno, message }: Pick<RequestError, 'errno' | 'message'>,
  time: number,
): string {
  return JSON.stringify({ status: 'error', reason: message, tb: null, time, errno, id })
}

/** undefined when the bytes are no JSON object. */
export function decodeReply(bytes: Uint8Array): ReplyFields | undefined {
  try {
    const reply: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return isRecord(reply) ? reply : undefined
  } catch {
    // No JSON.
    return undefined
  }
}

/** Whether the reply tells of a failure. Only `error` does: `status NAME` replies with other words than `ok`. */
export function isErrorReply(reply: ReplyFields): boolean {
  return reply['status'] === 'error'
}
