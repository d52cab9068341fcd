import { isRecord } from '../../protocol/record.ts'
import type { ReplyFields } from '../../protocol/reply.ts'

/** A reply for `--json`: one line, or with `--prettify` indented and sorted by key. */
export function toJson(reply: ReplyFields, format: 'json' | 'prettyJson'): string {
  return format === 'json' ? JSON.stringify(reply) : JSON.stringify(sortKeys(reply), null, 2)
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (!isRecord(value)) return value
  const keys = Object.keys(value).toSorted()
  return Object.fromEntries(keys.map((key) => [key, sortKeys(value[key])]))
}
