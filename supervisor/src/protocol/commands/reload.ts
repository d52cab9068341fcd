import type { ArbiterEvent } from '../../core/event.ts'
import type { JobId } from '../../core/job.ts'
import { operation } from '../command.ts'
import { waitingFlag } from '../command-line.ts'
import { findWatcher } from '../find-watcher.ts'
import { flag, optionalText } from '../properties.ts'
import { bulkCommand, infoReply } from '../selection.ts'
import type { ArbiterView } from '../view.ts'

export interface ReloadProperties {
  /** The whole name, no pattern; all watchers that are not stopped if it is missing. */
  readonly name?: string
  /** Default true; false stops the old processes first, as `restart` does. */
  readonly graceful?: boolean
  /** One process after the other, each old one before its new one. Default false. */
  readonly sequential?: boolean
  readonly waiting?: boolean
}

interface Reload {
  readonly name: string | null
  readonly graceful: boolean
  readonly sequential: boolean
  readonly waiting: boolean
}

/**
 * `reload`: replaces the processes of one watcher, or of all. Circus docs: commands/reload. Two differences: without
 * a name, stopped watchers stay stopped; and circusctl waits for the outcome unless told not to.
 */
export const reload = operation({
  name: 'reload',
  access: 'operate',
  summary: 'Reload the processes of a watcher or of all watchers',
  words: ['[NAME]'],
  flags: [
    { ...waitingFlag, summary: 'wait until the reload has ended (the default)' },
    { name: 'no-waiting', takes: null, summary: 'do not wait, as Circus' },
    { name: 'sequential', takes: null, summary: 'replace one process after the other' },
    { name: 'terminate', takes: null, summary: 'stop the old processes before the new ones start' },
  ],
  properties: ({ words, flags }) => ({
    name: words[0],
    graceful: flags['terminate'] !== true,
    waiting: flags['no-waiting'] !== true,
    sequential: flags['sequential'] === true,
  }),
  parse: (properties): Reload => ({
    name: optionalText(properties, 'name'),
    graceful: flag(properties, 'graceful', true),
    sequential: flag(properties, 'sequential', false),
    waiting: flag(properties, 'waiting', false),
  }),
  event: ({ name, ...how }, job, view) =>
    name === null ? reloadAll(how, job, view) : reloadOne(name, how, job, view),
  reply: infoReply,
  text: () => 'ok',
})

function reloadOne(
  name: string,
  { graceful, sequential }: Omit<Reload, 'name'>,
  job: JobId,
  view: ArbiterView,
): ArbiterEvent {
  return {
    type: 'command',
    watcher: findWatcher(view, name).policy.name,
    command: graceful ? { kind: 'reload', job, sequential } : { kind: 'restart', job },
  }
}

function reloadAll(
  { graceful, sequential }: Omit<Reload, 'name'>,
  job: JobId,
  view: ArbiterView,
): ArbiterEvent {
  const watchers = view.arbiter.watchers.filter(({ is }) => is !== 'stopped')
  const command = bulkCommand(graceful ? 'reload' : 'restart', watchers, job, view)
  return { type: 'bulk', command: { ...command, sequential: graceful && sequential } }
}
