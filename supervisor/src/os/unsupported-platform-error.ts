/** This system lacks what a function needs, or nobody has yet checked its constants. */
export class UnsupportedPlatformError extends Error {
  override readonly name = 'UnsupportedPlatformError'
  readonly code = 'ERR_UNSUPPORTED_PLATFORM'

  /** @param action What could not be done, to be read after "Cannot". */
  constructor(action: string, options?: ErrorOptions) {
    super(`Cannot ${action} on ${process.platform} ${process.arch}`, options)
  }
}
