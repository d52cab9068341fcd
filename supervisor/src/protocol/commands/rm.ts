import { operation } from '../command.ts'
import { waitingFlag } from '../command-line.ts'
import { findWatcher } from '../find-watcher.ts'
import { flag, text } from '../properties.ts'

export interface RmProperties {
  readonly name: string
  /** Its processes are left to themselves: they run on, and nobody looks after them. Default false. */
  readonly nostop?: boolean
  readonly waiting?: boolean
}

/** `rm`: stops a watcher and forgets it. Circus docs: commands/rm. */
export const rm = operation({
  name: 'rm',
  access: 'admin',
  summary: 'Remove a watcher',
  words: ['NAME'],
  flags: [
    { name: 'nostop', takes: null, summary: 'leave its processes running, on their own' },
    waitingFlag,
  ],
  properties: ({ words: [name], flags }) => ({
    name,
    nostop: flags['nostop'] === true,
    waiting: flags['waiting'] === true,
  }),
  parse: (properties) => ({
    name: text(properties, 'name'),
    leavesProcesses: flag(properties, 'nostop', false),
    waiting: flag(properties, 'waiting', false),
  }),
  event: ({ name, leavesProcesses }, job, view) => ({
    type: 'command',
    watcher: findWatcher(view, name).policy.name,
    command: { kind: 'remove', job, leavesProcesses },
  }),
  reply: () => ({}),
  text: () => 'ok',
})
