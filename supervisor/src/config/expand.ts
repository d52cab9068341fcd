/** What `$(circus.NAME)` may stand for, by NAME in lower case, without `circus.`. */
export type Variables = ReadonlyMap<string, string>

/** One `$(circus.NAME)` or `((circus.NAME))` of a text. */
export interface Reference {
  readonly literal: string
  /** In lower case, without `circus.`. */
  readonly name: string
}

const REFERENCE = /\$\(circus\.([\w.-]+)\)|\(\(circus\.([\w.-]+)\)\)/gi

/**
 * Puts in the values of all references whose name is known; others stay as they are. Names are case-insensitive.
 * A value is not expanded again. Circus docs: "Configuration / Formatting the commands and arguments with dynamic variables".
 */
export function expand(text: string, variables: Variables): string {
  return text.replace(REFERENCE, (literal: string, dollar?: string, parentheses?: string) => {
    return variables.get((dollar ?? parentheses ?? '').toLowerCase()) ?? literal
  })
}

/** All references of a text, in order, whether they are known or not. */
export function references(text: string): Reference[] {
  return Array.from(text.matchAll(REFERENCE), (match) => ({
    literal: match[0],
    name: (match[1] ?? match[2] ?? '').toLowerCase(),
  }))
}

/** The variables of an environment: `env.NAME`. Of two names that differ only by case the later one counts. */
export function environmentVariables(
  environment: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(environment).map(([name, value]) => [`env.${name.toLowerCase()}`, value]),
  )
}
