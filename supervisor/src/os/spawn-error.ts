import { accessSync, constants, statSync } from 'node:fs'
import { getSystemErrorMap } from 'node:util'
import { describe, type Credentials } from './credentials.ts'
import { errorCode, isErrnoException, SystemError } from './system-error.ts'

/**
 * There is no process: "Cannot spawn /opt/app/run: permission denied (EACCES)". `code` is that of the system (ENOENT, EACCES,
 * ENOTDIR, EAGAIN, ...) or of Node, for words which no command line can hold.
 */
export class SpawnError extends Error {
  override readonly name = 'SpawnError'
  readonly code: string

  /** @param message Whole sentence without its end. */
  constructor(message: string, code: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** What was to be spawned, as far as a failure can be about it. */
export interface SpawnAttempt {
  readonly program: string
  readonly cwd: string
  readonly credentials: Credentials | null
}

/** Says which of the things that a spawn needs was the wrong one: Node names the program whatever it was. */
export function explainSpawnFailure(attempt: SpawnAttempt, cause: unknown): SpawnError {
  const { program, cwd, credentials } = attempt
  const code = errorCode(cause) ?? 'ERR_SPAWN_FAILED'
  const reason = reasonOf(cause, code)
  // One of our own calls has failed, and says which: the directory was not entered yet.
  if (cause instanceof SystemError) {
    return new SpawnError(`Cannot spawn ${program}: ${reason}`, code, { cause })
  }
  const who = credentials === null ? '' : ` ${describe(credentials)}`
  if (directoryProblem(cwd)) {
    const message = `Cannot spawn ${program} in the working directory ${cwd}: ${reason}`
    return new SpawnError(message, code, { cause })
  }
  const hint =
    code === 'ENOENT' && exists(program) ? ', the file is there, its interpreter is not' : ''
  return new SpawnError(`Cannot spawn ${program}${who}: ${reason}${hint}`, code, { cause })
}

function reasonOf(cause: unknown, code: string): string {
  if (cause instanceof SystemError) return cause.message.replace(/^Cannot/, 'cannot')
  return `${causeOf(cause)} (${code})`
}

function causeOf(cause: unknown): string {
  if (isErrnoException(cause) && cause.errno !== undefined) {
    return getSystemErrorMap().get(cause.errno)?.[1] ?? 'unknown error'
  }
  return cause instanceof Error ? cause.message : String(cause)
}

function directoryProblem(cwd: string): boolean {
  try {
    accessSync(cwd, constants.X_OK)
    return !statSync(cwd).isDirectory()
  } catch {
    return true // Missing, or not ours to enter.
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
