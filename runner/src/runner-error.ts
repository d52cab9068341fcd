import { EXIT } from './exit-code.ts'

/** A failure that ends the runner with a sentence and an exit code instead of a stack. */
export abstract class RunnerError extends Error {
  abstract readonly exitCode: number
}

/** The command line, or what was inherited, cannot be used. Exit code 2: starting again will not help. */
export class UsageError extends RunnerError {
  override readonly name = 'UsageError'
  readonly exitCode = EXIT.usage
}

/** Serving could not begin after the application was found. Exit code 3. */
export class BootError extends RunnerError {
  override readonly name = 'BootError'
  readonly exitCode = EXIT.boot
}

/** The application could not be loaded; `cause`, if any, is what it threw. Exit code 4. */
export class LoadError extends RunnerError {
  override readonly name = 'LoadError'
  readonly exitCode = EXIT.load
}
