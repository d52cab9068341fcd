import { readFileSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, resolve } from 'node:path'
import { parseConfig, type ParsedConfig } from '../config/config.ts'
import { includesOf } from '../config/includes.ts'
import type { SourceFile } from '../config/ini.ts'
import { errorAt, warningAt, type Problem } from '../config/problem.ts'
import { scrubInherited } from '../os/child-environment.ts'
import { filesMatching } from './files-matching.ts'

/**
 * Reads a configuration file and those it includes.
 * @param environment The daemon's own. What it says of the daemon's sockets and role is kept from the processes.
 * @param isStrict Unknown options and sections are errors.
 */
export function readConfigFile(
  path: string,
  environment: Readonly<Record<string, string>>,
  isStrict: boolean,
): ParsedConfig {
  const main = readSource(path)
  if ('severity' in main) return { config: undefined, problems: [main] }
  const configDir = dirname(resolve(path))
  const context = { environment: scrubInherited(environment), configDir }
  const included = includesOf(main, context).flatMap(({ glob, ...place }) => {
    const files = filesMatching(glob)
    if (files.length > 0) return files.map((file) => readSource(file))
    return [warningAt(place, `include: no file matches ${glob}`)]
  })
  const sources = included.filter((one): one is SourceFile => 'text' in one)
  const problems = included.filter((one): one is Problem => 'severity' in one)
  const parsed = parseConfig([main, ...sources], {
    ...context,
    signals: SIGNALS,
    fileExists,
    strict: isStrict,
  })
  const isReadable = problems.every(({ severity }) => severity === 'warning')
  return {
    config: isReadable ? parsed.config : undefined,
    problems: [...problems, ...parsed.problems],
  }
}

/** The first real-time signal that programs may use with glibc, which keeps two for itself; signal(7). */
const SIGRTMIN = 34

const SIGNALS: Readonly<Record<string, number>> =
  process.platform === 'linux' ? { ...constants.signals, SIGRTMIN } : constants.signals

function readSource(path: string): SourceFile | Problem {
  try {
    return { path, text: readFileSync(path, 'utf8') }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return errorAt({ file: path, line: 0 }, `cannot be read: ${REASONS[code] ?? code}`)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
}

function fileExists(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    // Whatever keeps it from being looked at would keep it from being used too.
    return false
  }
}
