import type { WatcherReading } from '../config/watcher-from-json.ts'
import { ERRNO } from './errno.ts'
import { RequestError } from './request-error.ts'
import { MAX_NUMPROCESSES } from './resize.ts'

/**
 * What `add` and `set` make of the options of a request.
 * @throws {RequestError} If they cannot be: errno 3, and 5 if each is right and they contradict each other, as in Circus.
 */
export function readOrRefuse(reading: WatcherReading): Extract<WatcherReading, { ok: true }> {
  if (!reading.ok) {
    const errno = reading.is === 'conflict' ? ERRNO.conflict : ERRNO.messageInvalid
    throw new RequestError(errno, reading.reason)
  }
  const { numprocesses } = reading.watcher
  if (numprocesses <= MAX_NUMPROCESSES) return reading
  throw new RequestError(
    ERRNO.messageInvalid,
    `numprocesses: ${numprocesses} processes are more than ${MAX_NUMPROCESSES}`,
  )
}
