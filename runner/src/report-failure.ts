import { inspect } from 'node:util'
import { appStack } from './app-stack.ts'
import { EXIT } from './exit-code.ts'
import { log } from './log.ts'
import { LoadError, RunnerError } from './runner-error.ts'

/**
 * Tells people why the runner cannot go on: one sentence, and the stack if the application threw. Returns the exit
 * code. Anything that is no `RunnerError` is a bug of the runner.
 * @throws A syntax error of the application, after the sentence: Node knows its place but shows it only when nobody
 * catches the error. The exit code is set for that.
 */
export function reportFailure(error: unknown): number {
  if (!(error instanceof RunnerError)) {
    log(`bug: ${inspect(error)}`)
    return EXIT.internal
  }
  log(error.message)
  if (!(error instanceof LoadError) || error.cause === undefined) return error.exitCode
  if (isWithoutPlace(error.cause)) letNodePrint(error.cause, error.exitCode)
  process.stderr.write(`${appStack(error.cause)}\n`)
  return error.exitCode
}

// Node puts "FILE:LINE" before the stack of some syntax errors (CommonJS, missing exports) and not of others (ESM).
function isWithoutPlace(error: unknown): error is SyntaxError {
  const stack = appStack(error)
  return (
    error instanceof SyntaxError && stack.startsWith('SyntaxError') && !stack.includes('\n    at ')
  )
}

function letNodePrint(error: SyntaxError, exitCode: number): never {
  error.stack = appStack(error)
  process.removeAllListeners('uncaughtException')
  process.once('exit', () => {
    process.exitCode = exitCode
  })
  throw error
}
