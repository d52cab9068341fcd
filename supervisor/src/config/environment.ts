import { checkContinuations } from './check-options.ts'
import { matchesGlob } from './glob.ts'
import type { IniOption, IniSection } from './ini.ts'
import { references, type Variables } from './expand.ts'
import { warningAt, type Report } from './problem.ts'
import { expandText } from './read-options.ts'

export type Environment = Readonly<Record<string, string>>

/** `[env]`, or `[env:GLOB,...]`, ready to be laid over a base. */
export interface EnvironmentSection {
  /** Null: for all watchers. */
  readonly globs: readonly string[] | null
  readonly variables: readonly EnvironmentVariable[]
}

interface EnvironmentVariable {
  readonly name: string
  /** What `$(circus.env.NAME)` gives when the files are read. */
  readonly written: string
  /** What processes get: with `$NAME` replaced. */
  readonly value: string
}

/** Variables which a process gets from circusd's environment without `copy_env`. Circus passes none. */
const BASE_NAMES = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'TZ', 'TMPDIR']
const BASE_PREFIX = 'LC_'

/**
 * Reads one section of variables. `$NAME` (upper case) becomes circusd's variable of that name, empty if it is not set, which is
 * reported. `$(circus.NAME)` is replaced in `[env]` only.
 */
export function readEnvironmentSection(
  section: IniSection,
  globs: readonly string[] | null,
  daemon: Environment,
  variables: Variables,
  report: Report,
): EnvironmentSection {
  const read = (option: IniOption): EnvironmentVariable => {
    checkContinuations(option, (name) => /^[A-Za-z_]\w*$/.test(name), { report })
    const written = globs === null ? expandText(option, variables, { report }) : option.value
    if (globs !== null) reportReferences(option, report)
    return { name: option.name, written, value: replaceNames(option, written, daemon, report) }
  }
  return { globs, variables: Array.from(section.options.values(), read) }
}

/** The environment of one watcher's processes: `written` for `$(circus.env.NAME)` while files are read, `final` for the processes. */
export function buildEnvironment(
  daemon: Environment,
  copyEnv: boolean,
  sections: readonly EnvironmentSection[],
  watcher: string,
): { written: Environment; final: Environment } {
  const inherited = Object.entries(daemon).filter(([name]) => isInherited(name, copyEnv))
  const written = new Map(inherited)
  const final = new Map(inherited)
  // [env] is for all and comes first, wherever it stands.
  const matching = [
    ...sections.filter(({ globs }) => globs === null),
    ...sections.filter(({ globs }) => globs?.some((glob) => matchesGlob(glob, watcher))),
  ]
  for (const variable of matching.flatMap(({ variables }) => variables)) {
    written.set(variable.name, variable.written)
    final.set(variable.name, variable.value)
  }
  return { written: Object.fromEntries(written), final: Object.fromEntries(final) }
}

function isInherited(name: string, copyEnv: boolean): boolean {
  return copyEnv || BASE_NAMES.includes(name) || name.startsWith(BASE_PREFIX)
}

function replaceNames(
  option: IniOption,
  text: string,
  daemon: Environment,
  report: Report,
): string {
  const replaced = text.replace(/\$([A-Z][A-Z0-9_]*)/g, (literal, name: string) => {
    const value = Object.hasOwn(daemon, name) ? daemon[name] : undefined
    if (value === undefined) {
      const message = `${option.name}: ${literal} is not set in circusd's environment and becomes empty`
      report(warningAt(option, message))
    }
    return value ?? ''
  })
  return replaced.trim()
}

function reportReferences(option: IniOption, report: Report): void {
  for (const { literal } of references(option.value)) {
    const message = `${option.name}: ${literal} stays as it is in [env:...]; move the variable to [env] to have it replaced`
    report(warningAt(option, message))
  }
}
