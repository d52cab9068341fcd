/** An option of one command of circusctl. */
export interface Flag {
  /** Without the dashes. */
  readonly name: string
  /** The name of its value in the usage text; null if it takes none. */
  readonly takes: string | null
  readonly summary: string
}

/** What was typed after the name of a command. */
export interface CommandLine {
  readonly words: readonly string[]
  /** Given flags: `true`, or the value if the flag takes one. */
  readonly flags: Readonly<Record<string, unknown>>
}

/** circusctl was called in a way that it does not understand. */
export class UsageError extends Error {
  readonly code = 'ERR_USAGE'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UsageError'
  }
}

export const waitingFlag: Flag = {
  name: 'waiting',
  takes: null,
  summary: 'wait until the command has ended',
}

/** @throws {UsageError} If the word is no whole number. */
export function integerWord(word: string): number {
  if (!/^[+-]?\d+$/.test(word)) throw new UsageError(`Cannot use "${word}" as a number`)
  return Number(word)
}
