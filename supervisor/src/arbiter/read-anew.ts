import type { Config, ParsedConfig } from '../config/config.ts'
import { formatProblem } from '../config/problem.ts'
import type { Log } from './log.ts'

/** The configuration as it is in the files now, or why that cannot be used, in one sentence. What is wrong goes into the log. */
export function readAnew(
  read: () => ParsedConfig,
  log: Log,
): { readonly config: Config } | { readonly failure: string } {
  const { config, problems } = read()
  for (const problem of problems) log(problem.severity, formatProblem(problem))
  if (config !== undefined) return { config }
  const errors = problems.filter(({ severity }) => severity === 'error').map(formatProblem)
  return { failure: unusable(errors) }
}

/** The sentence for a configuration that is well-formed or not, and cannot be used in any case. */
export function unusable(reasons: readonly string[]): string {
  return `the configuration cannot be used: ${reasons.join('; ')}`
}
