import type { IniOption, IniSection } from './ini.ts'
import type { WatcherOptions } from './options.ts'
import { errorAt, warningAt } from './problem.ts'
import type { Reading } from './reading.ts'

/** Options which contradict each other: the option to blame, and what it is told. */
interface Contradiction {
  readonly option: string
  readonly message: string
}

/** Reports options of one watcher which make no sense together. */
export function checkWatcher(
  watcher: WatcherOptions,
  section: IniSection,
  options: ReadonlyMap<string, IniOption>,
  reading: Reading,
): void {
  for (const { option, message } of contradictions(watcher)) {
    reading.report(errorAt(options.get(option) ?? section, `${option}: ${message}`))
  }
  const shellArgs = options.get('shell_args')
  if (shellArgs !== undefined && watcher.shellArgs !== null && !watcher.shell) {
    const message = 'shell_args: has no effect without a shell; add shell = true'
    reading.report(warningAt(shellArgs, message))
  }
}

function contradictions(watcher: WatcherOptions): Contradiction[] {
  const found: Contradiction[] = []
  if (watcher.singleton && watcher.numprocesses > 1) {
    const message = `${watcher.numprocesses} is too many for a singleton; it may be 0 or 1`
    found.push({ option: 'numprocesses', message })
  }
  if (watcher.ready.kind === 'listen' && !watcher.hasSockets) {
    const message =
      'listen watches inherited sockets, and this watcher has none; add use_sockets = true'
    found.push({ option: 'ready', message })
  }
  return watcher.onDemand ? [...found, ...contradictionsOnDemand(watcher)] : found
}

function contradictionsOnDemand(watcher: WatcherOptions): Contradiction[] {
  const found: Contradiction[] = []
  if (!watcher.hasSockets) {
    const message =
      'waits for a connection to a socket, and this watcher has none; add use_sockets or stdin_socket'
    found.push({ option: 'on_demand', message })
  }
  if (watcher.numprocesses === 0) {
    const message = 'a connection would start 0 processes; with on_demand it must be at least 1'
    found.push({ option: 'numprocesses', message })
  }
  if (watcher.essential) {
    const message =
      'a watcher that is started on demand stops by itself whenever it has nothing to do; remove one of essential and on_demand'
    found.push({ option: 'essential', message })
  }
  return found
}
