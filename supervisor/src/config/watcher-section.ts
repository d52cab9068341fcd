import { absolutePath } from './absolute-path.ts'
import { checkCommand, checkStopCommand } from './check-command.ts'
import { checkOptions } from './check-options.ts'
import { checkWatcher } from './check-watcher.ts'
import { buildEnvironment, type Environment, type EnvironmentSection } from './environment.ts'
import { environmentVariables } from './expand.ts'
import { readFlapping } from './flapping-options.ts'
import { gatesOf, readHooks } from './hook-options.ts'
import type { IniOption, IniSection } from './ini.ts'
import { optionNature } from './option-names.ts'
import { watcherTable } from './option-table.ts'
import type { WatcherOptions } from './options.ts'
import { errorAt, type Place } from './problem.ts'
import { expandText, readOptions } from './read-options.ts'
import type { Reading } from './reading.ts'
import { readResourceLimits } from './resource-limits.ts'
import { showValue } from './show-value.ts'
import { readStream } from './stream-options.ts'
import { pythonOf, withVirtualenv } from './virtualenv.ts'
import { grantSockets } from './watcher-sockets.ts'

/** What a watcher depends on outside its section. */
export interface WatcherSurroundings {
  /** circusd's own. */
  readonly environment: Environment
  readonly environmentSections: readonly EnvironmentSection[]
  /** Names of all sockets, in order. */
  readonly sockets: readonly string[]
  /** Directory of the main file. */
  readonly configDir: string
  readonly fileExists: (path: string) => boolean
}

type Options = ReadonlyMap<string, IniOption>

/** What all watchers of a configuration are read with. */
export interface WatcherContext {
  readonly surroundings: WatcherSurroundings
  readonly reading: Omit<Reading, 'report'>
}

/**
 * Reads `[watcher:NAME]`; `options` are those of the section and what it inherits.
 * @param givenEnv The environment of its processes; with `copy_env` laid over that of circusd. null: that of the sections.
 */
export function readWatcherSection(
  sectionName: string,
  section: IniSection,
  options: Options,
  surroundings: WatcherSurroundings,
  reading: Reading,
  givenEnv: Environment | null = null,
): WatcherOptions {
  checkOptions('watcher', options.values(), reading)
  const name = options.get('name')?.value || sectionName
  if (name === '') report(reading, section, `[${section.name}]: needs a name behind the colon`)

  // Whether the environment is copied decides what the rest is expanded with.
  const { copy_env } = watcherTable
  const { copyEnv } = readOptions({ copy_env }, options, { ...reading, report: () => undefined })
  const { environment, environmentSections } = surroundings
  const env =
    givenEnv === null
      ? buildEnvironment(environment, copyEnv, environmentSections, name)
      : onlyGiven(copyEnv ? { ...environment, ...givenEnv } : givenEnv)
  const textVariables = new Map([...reading.variables, ...environmentVariables(env.written)])
  const textReading = { ...reading, textVariables }

  const table = readOptions(watcherTable, options, textReading)
  const granted = grantSockets(table, surroundings.sockets)
  for (const { option, message } of granted.mistakes) {
    report(reading, options.get(option) ?? section, `${option}: ${message}`)
  }
  const virtualenv = readVirtualenv(table.virtualenv, section, options, surroundings, reading)
  const hooks = readHooks(options, surroundings, reading)
  const watcher: WatcherOptions = {
    ...table,
    name,
    stdoutStream: readStream('stdout_stream', options, textReading),
    stderrStream: readStream('stderr_stream', options, textReading),
    virtualenv,
    env: virtualenv === null ? env.final : withVirtualenv(env.final, virtualenv),
    sockets: granted.sockets,
    hasSockets: granted.sockets.length > 0 || table.stdinSocket !== null,
    flapping: readFlapping(options, reading),
    rlimits: readResourceLimits(options, reading),
    hooks,
    gates: gatesOf(hooks),
    hasStopCommand: table.stopCommand !== null,
    extra: readExtra(options, textReading),
    source: { file: section.file, line: section.line },
    written: { options, env: givenEnv },
  }
  checkWatcher(watcher, section, options, reading)
  checkCommand(watcher, section, options, reading)
  checkStopCommand(watcher, options, reading)
  return watcher
}

function onlyGiven(env: Environment): { written: Environment; final: Environment } {
  return { written: env, final: env }
}

/** Options no table has are kept for plugins, expanded like other text. */
function readExtra(options: Options, reading: Reading): Readonly<Record<string, string>> {
  const extra = Array.from(options.values()).filter(({ name }) => {
    const { kind } = optionNature('watcher', name)
    return kind === 'plugin' || kind === 'unknown'
  })
  return Object.fromEntries(
    extra.map((option) => [option.name, expandText(option, reading.textVariables, reading)]),
  )
}

/** The directory as an absolute path. Circus, too, refuses one that is not there. */
function readVirtualenv(
  written: string | null,
  section: IniSection,
  options: Options,
  { configDir, fileExists }: WatcherSurroundings,
  reading: Reading,
): string | null {
  if (written === null) return null
  const directory = absolutePath(configDir, written)
  const python = pythonOf(directory)
  if (!fileExists(python)) {
    const message = `virtualenv: ${showValue(written)} is no virtual environment; there is no ${python}`
    report(reading, options.get('virtualenv') ?? section, message)
  }
  return directory
}

function report(reading: Reading, place: Place, message: string): void {
  reading.report(errorAt(place, message))
}
