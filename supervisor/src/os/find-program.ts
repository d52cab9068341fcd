/**
 * Which file a program's name means (execvp(3), POSIX "Command Search and Execution").
 *
 * Guaranteed: a name with a slash is a path; any other is looked for in the directories of PATH, in order, and an empty
 * one means the working directory. Without PATH, /bin and /usr/bin are searched, as Circus' children do.
 * Not guaranteed: that the file can still be executed when it comes to the spawn, or that a `#!` line's interpreter is
 * there. access(2) answers for our real user, not for the one the child will be.
 */
import { accessSync, constants, statSync } from 'node:fs'
import { resolve } from 'node:path'

const DEFAULT_PATH = '/bin:/usr/bin'

/**
 * Absolute path of the executable regular file that `name` means, or undefined.
 * @param pathVariable PATH of the child, undefined if it has none.
 * @param cwd Working directory of the child, absolute.
 */
export function findProgram(
  name: string,
  pathVariable: string | undefined,
  cwd: string,
): string | undefined {
  if (name === '') return undefined
  const directories = name.includes('/') ? [''] : (pathVariable ?? DEFAULT_PATH).split(':')
  return directories
    .map((directory) => resolve(cwd, directory, name))
    .find((path) => isExecutable(path))
}

/** True for a regular file which we may execute. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false // Not there, or not ours to execute.
  }
}
