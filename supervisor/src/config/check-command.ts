import { commandLine } from './command-line.ts'
import type { IniOption, IniSection } from './ini.ts'
import type { WatcherOptions } from './options.ts'
import { errorAt, warningAt } from './problem.ts'
import { reportUnresolved } from './read-options.ts'
import type { Reading } from './reading.ts'
import { showValue } from './show-value.ts'
import { spawnVariables } from './spawn-variables.ts'
import { stopCommandLine, stopVariables } from './stop-command.ts'
import { namedSockets } from './watcher-sockets.ts'

/** Builds the command line once, as for the first process, so that its mistakes are told now and not at a spawn. */
export function checkCommand(
  watcher: WatcherOptions,
  section: IniSection,
  options: ReadonlyMap<string, IniOption>,
  reading: Reading,
): void {
  if (watcher.cmd === '' && watcher.args === '') {
    const message = `[${section.name}]: has no command; add cmd = PROGRAM`
    reading.report(errorAt(options.get('cmd') ?? section, message))
    return
  }
  // Whether the named sockets are granted was checked before; the number of the fd does not matter here.
  const lines = { cmd: watcher.cmd, args: watcher.args, shell_args: watcher.shellArgs ?? '' }
  const named = Object.values(lines).flatMap(namedSockets)
  const variables = spawnVariables(watcher, 1, Object.fromEntries(named.map((name) => [name, 3])))
  for (const name of ['cmd', 'args', 'shell_args'] as const) {
    const option = options.get(name)
    if (option === undefined) continue
    reportUnresolved(option, lines[name], variables, reading)
    if (/\$WID\b/.test(lines[name])) {
      reading.report(warningAt(option, `${name}: $WID is not replaced; write $(circus.wid)`))
    }
  }
  const command = commandLine(watcher, variables)
  if (command.ok) return
  const option = options.get(command.option)
  const message = `${command.option}: ${showValue(option?.value ?? '')} ${command.wrong}`
  reading.report(errorAt(option ?? section, message))
}

/** The same for `stop_command`. */
export function checkStopCommand(
  watcher: WatcherOptions,
  options: ReadonlyMap<string, IniOption>,
  reading: Reading,
): void {
  const option = options.get('stop_command')
  if (option === undefined || watcher.stopCommand === null) return
  const variables = stopVariables(watcher, 1, 1)
  reportUnresolved(option, watcher.stopCommand, variables, reading)
  const command = stopCommandLine(watcher.stopCommand, variables)
  if (command.ok) return
  reading.report(errorAt(option, `stop_command: ${showValue(option.value)} ${command.wrong}`))
}
