/** The `errno` of an error reply. Circus: errors.py. */
export const ERRNO = {
  jsonInvalid: 1,
  unknownCommand: 2,
  messageInvalid: 3,
  /** Circus: OS_ERROR, for what the system forbids; ours for what the role of a key does not permit. */
  permissionDenied: 4,
  conflict: 5,
  commandFailed: 6,
} as const

export type Errno = (typeof ERRNO)[keyof typeof ERRNO]
