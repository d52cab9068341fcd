/** How circusctl ends. Listed in docs/circusctl.md; Circus has the same ones. */
export const EXIT = {
  ok: 0,
  /** Nobody answered, the endpoint cannot be used, or the wait was interrupted. */
  noAnswer: 1,
  usage: 2,
  /** circusd answered with an error. */
  errorReply: 3,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
