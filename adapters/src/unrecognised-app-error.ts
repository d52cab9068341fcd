/** No export can be served. The message lists what was seen, and what to do. */
export class UnrecognisedAppError extends Error {
  readonly code = 'ERR_UNRECOGNISED_APP'
  override readonly name = 'UnrecognisedAppError'
}
