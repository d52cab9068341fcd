import { checkOptions } from './check-options.ts'
import { checkEnvironmentGlobs, checkHeaders, checkNames } from './check-sections.ts'
import { compareCodePoints } from './compare-code-points.ts'
import { checkDefaults, withDefaults } from './default-section.ts'
import { readEnvironmentSection, type Environment, type EnvironmentSection } from './environment.ts'
import { loadVariables } from './includes.ts'
import { readIni, type IniSection, type SourceFile } from './ini.ts'
import type { PlatformFacts } from './option-type.ts'
import { circusTable } from './option-table.ts'
import type { CircusOptions, SocketOptions, WatcherOptions } from './options.ts'
import { warningAt, type Problem, type Report } from './problem.ts'
import { readOptions } from './read-options.ts'
import type { Reading } from './reading.ts'
import { resolveDependencies, type DependentWatcher } from './resolve-dependencies.ts'
import { sectionKind } from './section-kind.ts'
import { checkAddresses, readSocketSection } from './socket-section.ts'
import {
  readWatcherSection,
  type WatcherContext,
  type WatcherSurroundings,
} from './watcher-section.ts'

/** A configuration that can be run. Watchers and sockets are sorted by name, in code points. */
export interface Config {
  readonly circus: CircusOptions
  readonly watchers: readonly WatcherOptions[]
  readonly sockets: readonly SocketOptions[]
  /** With which its watchers were read, and others can be. */
  readonly context: WatcherContext
}

/** What the files are read with. */
export interface ConfigContext extends PlatformFacts {
  /** circusd's own, without what speaks of circusd's own descriptors and role: `copy_env` copies all of it. */
  readonly environment: Environment
  /** Directory of the main file, for `$(circus.config_dir)`. */
  readonly configDir: string
  /** Whether there is a file (no directory) of an absolute path. */
  readonly fileExists: (path: string) => boolean
  /** Unknown options and sections are errors. */
  readonly strict: boolean
}

export interface ParsedConfig {
  /** Undefined if one of the problems is an error. */
  readonly config: Config | undefined
  /** All of them, of all files, in the order of the files and their lines. */
  readonly problems: readonly Problem[]
}

/**
 * Reads a configuration. Never throws for anything a file holds.
 * @param files The main file, then those it includes, in order: the first value of an option counts.
 * @param context `signals` must hold SIGTERM.
 */
export function parseConfig(files: readonly SourceFile[], context: ConfigContext): ParsedConfig {
  const problems: Problem[] = []
  const report: Report = (problem) => void problems.push(problem)
  const sections = readIni(files, report)
  const config = readConfig(sections, files[0]?.path, context, report)
  const hasError = problems.some(({ severity }) => severity === 'error')
  return { config: hasError ? undefined : config, problems: inOrder(problems, files) }
}

function readConfig(
  sections: ReadonlyMap<string, IniSection>,
  mainFile: string | undefined,
  context: ConfigContext,
  report: Report,
): Config {
  checkHeaders(sections, context.strict, report)
  const defaults = sections.get('DEFAULT')
  checkDefaults(defaults, context.strict, report)
  const environmentSections = readEnvironmentSections(sections, context, report)
  const variables = globalVariables(environmentSections, context)
  const reading: Reading = {
    platform: { signals: context.signals },
    isStrict: context.strict,
    variables,
    textVariables: variables,
    report,
  }
  const circus = readCircus(sections.get('circus'), defaults, mainFile, reading)
  const sockets = readSockets(sections, defaults, reading)
  const surroundings = {
    environment: context.environment,
    environmentSections,
    configDir: context.configDir,
    fileExists: context.fileExists,
    sockets: sockets.map(({ name }) => name),
  }
  const watchers = readWatchers(sections, defaults, surroundings, reading)
  const { report: _, ...others } = reading
  return { circus, watchers, sockets, context: { surroundings, reading: others } }
}

function readEnvironmentSections(
  sections: ReadonlyMap<string, IniSection>,
  { environment, configDir }: ConfigContext,
  report: Report,
): EnvironmentSection[] {
  const variables = loadVariables(environment, configDir)
  const read: EnvironmentSection[] = []
  for (const section of sections.values()) {
    const kind = sectionKind(section.name)
    if (kind.kind !== 'env') continue
    read.push(readEnvironmentSection(section, kind.globs, environment, variables, report))
  }
  return read
}

/** circusd's environment with `[env]` laid over it, as written. */
function globalVariables(
  environmentSections: readonly EnvironmentSection[],
  { environment, configDir }: ConfigContext,
): ReadonlyMap<string, string> {
  const global = environmentSections.filter(({ globs }) => globs === null)
  const written = global.flatMap(({ variables }) => variables)
  const overlay = Object.fromEntries(written.map(({ name, written }) => [name, written]))
  return loadVariables({ ...environment, ...overlay }, configDir)
}

function readCircus(
  section: IniSection | undefined,
  defaults: IniSection | undefined,
  mainFile: string | undefined,
  reading: Reading,
): CircusOptions {
  const options = withDefaults('circus', section, defaults)
  checkOptions('circus', options.values(), reading)
  for (const name of ['include', 'include_dir']) {
    const option = options.get(name)
    if (option === undefined || option.file === mainFile) continue
    reading.report(warningAt(option, `${name}: is honoured in the main file only; move it there`))
  }
  return readOptions(circusTable, options, reading)
}

function readSockets(
  sections: ReadonlyMap<string, IniSection>,
  defaults: IniSection | undefined,
  reading: Reading,
): SocketOptions[] {
  const sockets: SocketOptions[] = []
  for (const section of sections.values()) {
    const kind = sectionKind(section.name)
    if (kind.kind !== 'socket') continue
    const options = withDefaults('socket', section, defaults)
    if (isSkipped(section, options, reading.report)) continue
    sockets.push(readSocketSection(kind.name, section, options, reading))
  }
  checkNames(sockets, 'socket', reading.report)
  sockets.sort((left, right) => compareCodePoints(left.name, right.name))
  checkAddresses(sockets, reading.report)
  return sockets
}

function readWatchers(
  sections: ReadonlyMap<string, IniSection>,
  defaults: IniSection | undefined,
  surroundings: WatcherSurroundings,
  reading: Reading,
): WatcherOptions[] {
  const dependents: DependentWatcher[] = []
  for (const section of sections.values()) {
    const kind = sectionKind(section.name)
    if (kind.kind !== 'watcher') continue
    const options = withDefaults('watcher', section, defaults)
    if (isSkipped(section, options, reading.report)) continue
    const watcher = readWatcherSection(kind.name, section, options, surroundings, reading)
    dependents.push({ watcher, place: options.get('depends_on') ?? section })
  }
  const watchers = resolveDependencies(dependents, reading.report)
  checkNames(watchers, 'watcher', reading.report)
  checkEnvironmentGlobs(sections, watchers, reading.report)
  return watchers.toSorted((left, right) => compareCodePoints(left.name, right.name))
}

/** Circus leaves out a section without options, silently. */
function isSkipped(
  section: IniSection,
  options: ReadonlyMap<string, unknown>,
  report: Report,
): boolean {
  if (options.size > 0) return false
  report(warningAt(section, `[${section.name}]: has no options and is left out`))
  return true
}

/** By file and line, each once: what `[DEFAULT]` does wrong shows up for every section that inherits it. */
function inOrder(problems: readonly Problem[], files: readonly SourceFile[]): Problem[] {
  const order = new Map(files.map(({ path }, index) => [path, index]))
  const unique = new Map(
    problems.map((problem) => [`${problem.file}\n${problem.line}\n${problem.message}`, problem]),
  )
  return Array.from(unique.values()).toSorted(
    (left, right) =>
      (order.get(left.file) ?? 0) - (order.get(right.file) ?? 0) || left.line - right.line,
  )
}
