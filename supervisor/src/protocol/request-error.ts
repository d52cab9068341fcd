import type { Errno } from './errno.ts'

/** A request cannot be served as it is. `message` and `errno` go to the client as they are: the wire keeps Circus' texts. */
export class RequestError extends Error {
  readonly code = 'ERR_REQUEST'
  readonly errno: Errno

  constructor(errno: Errno, reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'RequestError'
    this.errno = errno
  }
}
