import type { Watcher, WatcherStatus } from '../../core/watcher-state.ts'
import { query } from '../command.ts'
import { findWatcher } from '../find-watcher.ts'
import { optionalText } from '../properties.ts'
import { pythonText } from '../python.ts'
import { isRecord } from '../record.ts'
import { isSlotReport, slotLine, slotReports, type SlotReport } from '../slot-report.ts'

export interface StatusProperties {
  readonly name?: string
}

/** `statuses` without a name; with one, `status` holds the state of that watcher in the place of `ok`. */
export interface StatusReply {
  readonly status?: WatcherStatus
  readonly statuses?: Readonly<Record<string, WatcherStatus>>
  /** Ours: the slots of the watcher that serve nobody now, if there are any. */
  readonly slots?: readonly SlotReport[]
  /** Ours: which hook has kept the watcher from running. */
  readonly refusal?: string
}

/** `status`: what all watchers are, by their names as they are spelled, or what one is. Circus docs: commands/status. */
export const status = query({
  name: 'status',
  access: 'read',
  summary: 'Get the status of a watcher or all watchers',
  words: ['[NAME]'],
  flags: [],
  properties: ({ words }) => ({ name: words[0] }),
  parse: (properties) => ({ name: optionalText(properties, 'name') }),
  answer: ({ name }, view): StatusReply => {
    if (name !== null) return statusOf(findWatcher(view, name), view.now)
    const statuses = view.arbiter.watchers.map(({ policy, is }) => [policy.name, is] as const)
    return { statuses: Object.fromEntries(statuses) }
  },
  text: (reply) => {
    const { statuses, slots, refusal } = reply
    if (!isRecord(statuses)) {
      // A slot whose process is about to be ready is nothing to tell.
      const idle = Array.isArray(slots) ? slots.filter(isSlotReport) : []
      const lines = idle.filter(({ state }) => state !== 'starting').map(slotLine)
      const reasons = typeof refusal === 'string' ? [refusal] : []
      return [pythonText(reply['status']), ...reasons, ...lines].join('\n')
    }
    return Object.keys(statuses)
      .toSorted()
      .map((name) => `${name}: ${pythonText(statuses[name])}`)
      .join('\n')
  },
})

function statusOf(watcher: Watcher, now: number): StatusReply {
  const { is: status, refusal } = watcher
  const slots = slotReports(watcher, now)
  return {
    status,
    ...(slots.length === 0 ? {} : { slots }),
    ...(refusal === null ? {} : { refusal }),
  }
}
