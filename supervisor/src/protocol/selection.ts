import type { ArbiterEvent, BulkCommand } from '../core/event.ts'
import type { JobId, JobResult } from '../core/job.ts'
import type { Watcher } from '../core/watcher-state.ts'
import type { CommandLine, Flag } from './command-line.ts'
import { waitingFlag } from './command-line.ts'
import type { DaemonEvent } from './command.ts'
import { matchWatchers } from './match-watchers.ts'
import { flag, optionalText, type Properties } from './properties.ts'
import type { ArbiterView } from './view.ts'

/** Properties of `start`, `stop` and `restart`: which watchers. */
export interface SelectionProperties {
  /** A name or pattern; all watchers if it is missing. */
  readonly name?: string
  /** Default `glob`. */
  readonly match?: 'simple' | 'glob' | 'regex'
  readonly waiting?: boolean
}

export interface Selection {
  readonly name: string | null
  readonly match: string
  readonly waiting: boolean
}

export const selectionFlags: readonly Flag[] = [
  waitingFlag,
  {
    name: 'match',
    takes: 'METHOD',
    summary: 'simple, glob (default) or regex',
    choices: ['simple', 'glob', 'regex'],
  },
]

export function selectionProperties({ words, flags }: CommandLine): Properties {
  return { name: words[0], match: flags['match'], waiting: flags['waiting'] === true }
}

/** @throws {RequestError} If a property has the wrong type. */
export function parseSelection(properties: Properties): Selection {
  return {
    name: optionalText(properties, 'name'),
    match: optionalText(properties, 'match') ?? 'glob',
    waiting: flag(properties, 'waiting', false),
  }
}

/**
 * The event for the selected watchers. One match is a command on that watcher; several ones are a bulk, which
 * leaves watchers with `autostart = false` alone unless it stops.
 * @throws {RequestError} If nothing matches.
 */
export function selectionEvent(
  kind: 'start' | 'stop' | 'restart',
  { name, match }: Selection,
  job: JobId,
  view: ArbiterView,
): ArbiterEvent {
  const matched = name === null ? view.arbiter.watchers : matchWatchers(view, name, match)
  const [only] = matched
  if (name !== null && only !== undefined && matched.length === 1) {
    return { type: 'command', watcher: only.policy.name, command: { kind, job } }
  }
  const watchers = kind === 'stop' ? matched : matched.filter(({ policy }) => policy.autostart)
  return { type: 'bulk', command: bulkCommand(kind, watchers, job, view) }
}

export function bulkCommand(
  kind: BulkCommand['kind'],
  watchers: readonly Watcher[],
  job: JobId,
  { warmupDelayMs }: ArbiterView,
): BulkCommand {
  const names = watchers.map(({ policy }) => policy.name)
  return { kind, job, watchers: names, warmupDelayMs, sequential: false, isExplicit: false }
}

/** The pids that a job on one watcher tells; a bulk tells nothing. */
export function infoReply(
  result: JobResult,
  event: ArbiterEvent | DaemonEvent,
): { readonly info?: JobResult } {
  return event.type === 'command' ? { info: result } : {}
}
