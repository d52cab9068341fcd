/** An option of one command of circusctl. */
export interface Flag {
  /** Without the dashes. */
  readonly name: string
  /** The name of its value in the usage text; null if it takes none. */
  readonly takes: string | null
  readonly summary: string
  /** The only values it can have, for completion. */
  readonly choices?: readonly string[]
}

/** How a command is called: help, completion and `docs/circusctl.md` are made of this. */
export interface CommandUsage {
  /** In lower case. */
  readonly name: string
  /** One line for the table of commands. */
  readonly summary: string
  /** More than one line has room for, in sentences; lines are broken where it is shown. */
  readonly details?: string
  /**
   * The words that follow the name, in order. Those in brackets may be missing, and what ends in `...` may be given
   * again: `NAME`, `[NB]`, `KEY...`, `[KEY VALUE...]`. Completion goes by the name of a word: `NAME` is a
   * watcher, `KEY` one of its options, `OPTION` an option of circusd, `JOB` a job, `PID` a process, `SIGNUM` a
   * signal, `COMMAND` a command, `TOPIC` a topic of events.
   */
  readonly words: readonly string[]
  readonly flags: readonly Flag[]
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
