import { signal } from '../config/signal-type.ts'
import { ERRNO } from './errno.ts'
import { isMissing, type Properties } from './properties.ts'
import { RequestError } from './request-error.ts'
import type { ArbiterView } from './view.ts'

/**
 * The number of the signal in `signum`: 10, "10", "usr1", "SIGUSR1", "RTMIN+1"; null when the property is missing.
 * @throws {RequestError} errno 3 if it is no name and no number, 5 if this system has no such signal, as in Circus.
 */
export function optionalSignal(
  { signum }: Properties,
  { watcherContext }: ArbiterView,
): number | null {
  if (signum === undefined || signum === null) return null
  const written = typeof signum === 'number' ? String(signum) : signum
  if (typeof written !== 'string' || !/^\w/.test(written)) {
    throw new RequestError(ERRNO.messageInvalid, 'signal invalid')
  }
  const parsed = signal.parse(written, watcherContext.reading.platform)
  if (parsed.ok) return parsed.value
  const reason = `signum: "${written}" ${parsed.wrong}`
  const advice = parsed.instead === undefined ? '' : `; ${parsed.instead}`
  throw new RequestError(ERRNO.conflict, reason + advice)
}

/** @throws {RequestError} As `optionalSignal`, and if the property is missing. */
export function requiredSignal(properties: Properties, view: ArbiterView): number {
  const found = optionalSignal(properties, view)
  if (found === null) throw isMissing('signum')
  return found
}
