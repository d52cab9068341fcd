import { getSystemErrorMap, getSystemErrorName } from 'node:util'

/**
 * A system call failed in a way which its caller has to hear of: "Cannot bind 127.0.0.1:80: permission denied (EACCES)".
 * `code`, `errno` (negative) and `syscall` mean what they mean on Node's own errors.
 */
export class SystemError extends Error {
  override readonly name = 'SystemError'
  readonly code: string
  readonly errno: number
  readonly syscall: string

  /**
   * @param action What could not be done, to be read after "Cannot".
   * @param errno The negated error number, as the kernel and Node give it.
   * @param options.hint What else is known, appended to the message.
   */
  constructor(
    action: string,
    syscall: string,
    errno: number,
    options: ErrorOptions & { readonly hint?: string } = {},
  ) {
    const code = getSystemErrorName(errno)
    const [, reason = 'unknown error'] = getSystemErrorMap().get(errno) ?? []
    const hint = options.hint === undefined ? '' : `, ${options.hint}`
    super(`Cannot ${action}: ${reason} (${code})${hint}`, options)
    this.code = code
    this.errno = errno
    this.syscall = syscall
  }
}

/** True for the errors with which Node reports a failed system call. */
export function isErrnoException(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}

/** The code ('ENOENT', ...) of an error of Node or of ours, undefined for any other value. */
export function errorCode(error: unknown): string | undefined {
  return isErrnoException(error) ? error.code : undefined
}

/** Node's error as a SystemError which says what could not be done; any other is given back as it is. */
export function toSystemError(error: unknown, action: string): unknown {
  if (error instanceof SystemError || !isErrnoException(error)) return error
  if (error.errno === undefined) return error
  return new SystemError(action, error.syscall ?? 'unknown', error.errno, { cause: error })
}

/**
 * `result` of a call of libc.ts, if it succeeded.
 * @param action What the call was to do, to be read after "Cannot".
 * @param hint Asked only on failure, with the error's code, for what else is known.
 * @throws {SystemError} If `result` is a negated error number.
 */
export function checked(
  result: number,
  syscall: string,
  action: string,
  hint?: (code: string) => string | undefined,
): number {
  if (result >= 0) return result
  const said = hint?.(getSystemErrorName(result))
  throw new SystemError(action, syscall, result, said === undefined ? {} : { hint: said })
}
