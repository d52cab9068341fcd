import { query } from '../command.ts'
import { findWatcher } from '../find-watcher.ts'
import { text } from '../properties.ts'
import { isRecord } from '../record.ts'
import type { Cause } from '../view.ts'

export interface WhyProperties {
  readonly name: string
}

export interface WhyReply {
  /** As the watcher spells it. */
  readonly name: string
  /** The last ones, oldest first. */
  readonly causes: readonly Cause[]
}

/** `why`: what was asked of a watcher lately and by whom, and what has happened to it. Ours. */
export const why = query({
  name: 'why',
  access: 'read',
  summary: 'Tell why a watcher is what it is',
  words: ['NAME'],
  flags: [],
  properties: ({ words: [name] }) => ({ name }),
  parse: (properties) => ({ name: text(properties, 'name') }),
  answer: ({ name }, view): WhyReply => {
    const { policy } = findWatcher(view, name)
    return { name: policy.name, causes: view.causesOf(policy.name) }
  },
  text: (reply) => {
    const causes = reply['causes']
    return Array.isArray(causes) ? causes.filter(isCause).map(causeLine).join('\n') : ''
  },
})

function isCause(value: unknown): value is Cause {
  if (!isRecord(value)) return false
  const { time, what, by } = value
  return (
    Number.isFinite(time) && typeof what === 'string' && (by === null || typeof by === 'string')
  )
}

/** In local time, as the log has it. */
function causeLine({ time, what, by }: Cause): string {
  // Sweden writes a time as the log does.
  const when = new Date(time * 1_000).toLocaleString('sv-SE')
  return `${when} ${what}${by === null ? '' : ` (${by})`}`
}
