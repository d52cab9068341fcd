import { expand, type Variables } from './expand.ts'
import type { WatcherOptions } from './options.ts'
import { spawnVariables } from './spawn-variables.ts'
import { splitWords } from './words.ts'

/** The words of a stop command, or what keeps it from being run. */
export type StopCommandLine =
  | { readonly ok: true; readonly argv: readonly [string, ...string[]] }
  | { readonly ok: false; readonly wrong: string }

/** The argument vector of `stop_command`, which is made as that of `cmd` is. It is never run by a shell. */
export function stopCommandLine(stopCommand: string, variables: Variables): StopCommandLine {
  const split = splitWords(expand(stopCommand, variables))
  if (!split.ok) return split
  const [program, ...rest] = split.words
  if (program === undefined || program === '') return { ok: false, wrong: 'names no program' }
  return { ok: true, argv: [program, ...rest] }
}

/** What `$(circus.NAME)` may stand for in `stop_command`: what the process was spawned with, but for sockets, and its `pid`. */
export function stopVariables(watcher: WatcherOptions, wid: number, pid: number): Variables {
  return new Map([...spawnVariables(watcher, wid, {}), ['pid', String(pid)]])
}
