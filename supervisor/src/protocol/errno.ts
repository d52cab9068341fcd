/** The `errno` of an error reply. Circus: errors.py. */
export const ERRNO = {
  jsonInvalid: 1,
  unknownCommand: 2,
  messageInvalid: 3,
  conflict: 5,
  commandFailed: 6,
} as const

export type Errno = (typeof ERRNO)[keyof typeof ERRNO]
