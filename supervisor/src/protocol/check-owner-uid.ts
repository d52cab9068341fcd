import { ERRNO } from './errno.ts'
import type { Properties } from './properties.ts'
import { RequestError } from './request-error.ts'

/**
 * With `endpoint_owner`, watchers are added for that user only: the option `uid` must be the very same value. Circus docs:
 * "endpoint_owner".
 * @param options Those of an `add`.
 * @param endpointOwner As configured; null if it is not.
 * @throws {RequestError} If they differ.
 */
export function checkOwnerUid(options: Properties, endpointOwner: string | null): void {
  if (endpointOwner === null || options['uid'] === endpointOwner) return
  throw new RequestError(ERRNO.messageInvalid, 'uid does not match endpoint_owner')
}
