/**
 * Why a request failed, as the client saw it. Every request ends in exactly one of: answered, or one of these.
 *
 * - `refused`: nobody listened (ECONNREFUSED).
 * - `notConnected`: no connection for another reason, which may be the client's own (out of ports or descriptors).
 * - `resetBeforeFirstByte`: the connection ended after the request was begun and before any byte of its answer.
 * - `resetMidResponse`: the connection ended inside the answer.
 * - `wrongAnswer`: a complete answer with another status or body than expected, or bytes which are no HTTP/1.1.
 * - `timedOut`: no complete answer within the time-out.
 */
export type FailureKind =
  | 'refused'
  | 'notConnected'
  | 'resetBeforeFirstByte'
  | 'resetMidResponse'
  | 'wrongAnswer'
  | 'timedOut'

export type FailureCounts = Readonly<Record<FailureKind, number>>

export const noFailures: FailureCounts = {
  refused: 0,
  notConnected: 0,
  resetBeforeFirstByte: 0,
  resetMidResponse: 0,
  wrongAnswer: 0,
  timedOut: 0,
}

/** Failures of all kinds. */
export function sumOfFailures(counts: FailureCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
