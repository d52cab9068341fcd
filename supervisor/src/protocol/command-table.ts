import type { Command } from './command.ts'
import { add } from './commands/add.ts'
import { cancel } from './commands/cancel.ts'
import { decr } from './commands/decr.ts'
import { dstats } from './commands/dstats.ts'
import { get } from './commands/get.ts'
import { globaloptions } from './commands/globaloptions.ts'
import { incr } from './commands/incr.ts'
import { ipython } from './commands/ipython.ts'
import { jobs } from './commands/jobs.ts'
import { kill } from './commands/kill.ts'
import { list } from './commands/list.ts'
import { listen } from './commands/listen.ts'
import { listsockets } from './commands/listsockets.ts'
import { numprocesses } from './commands/numprocesses.ts'
import { numwatchers } from './commands/numwatchers.ts'
import { options } from './commands/options.ts'
import { ping } from './commands/ping.ts'
import { quit } from './commands/quit.ts'
import { reload } from './commands/reload.ts'
import { reloadconfig } from './commands/reloadconfig.ts'
import { restart } from './commands/restart.ts'
import { rm } from './commands/rm.ts'
import { set } from './commands/set.ts'
import { signal } from './commands/signal.ts'
import { start } from './commands/start.ts'
import { stats } from './commands/stats.ts'
import { status } from './commands/status.ts'
import { stop } from './commands/stop.ts'
import { version } from './commands/version.ts'
import { wait } from './commands/wait.ts'
import { why } from './commands/why.ts'

/** Every command there is, in alphabetical order. */
export const commandTable: readonly Command[] = [
  add,
  cancel,
  decr,
  dstats,
  get,
  globaloptions,
  incr,
  ipython,
  jobs,
  kill,
  list,
  listen,
  listsockets,
  numprocesses,
  numwatchers,
  options,
  ping,
  quit,
  reload,
  reloadconfig,
  restart,
  rm,
  set,
  signal,
  start,
  stats,
  status,
  stop,
  version,
  wait,
  why,
]

const byName: ReadonlyMap<string, Command> = new Map(
  commandTable.map((command) => [command.name, command]),
)

/** @param name In any case. */
export function findCommand(name: string): Command | undefined {
  return byName.get(name.toLowerCase())
}
