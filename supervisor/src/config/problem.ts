/** A line of a file. Lines count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
}

/**
 * Something wrong with the configuration. An error keeps the configuration from being used; with warnings
 * alone it is used. The message starts with the option it is about, if there is one.
 */
export interface Problem extends Place {
  readonly severity: 'error' | 'warning'
  readonly message: string
}

/** Takes one problem; reading goes on, so that one run tells all of them. */
export type Report = (problem: Problem) => void

/** `file:line: message`, the form editors and terminals make clickable; warnings say that they are one. */
export function formatProblem(problem: Problem): string {
  const kind = problem.severity === 'warning' ? 'warning: ' : ''
  return `${problem.file}:${problem.line}: ${kind}${problem.message}`
}

export function errorAt(place: Place, message: string): Problem {
  return { severity: 'error', file: place.file, line: place.line, message }
}

export function warningAt(place: Place, message: string): Problem {
  return { severity: 'warning', file: place.file, line: place.line, message }
}
