import type { Milliseconds, WatcherPolicy } from '../core/policy.ts'
import { value, wrong, type OptionType } from './option-type.ts'

/** Longest pause between two tries. A slot that waits longer is not backing off, it is forgotten. */
const LONGEST_BACKOFF_MS = 24 * 3_600_000

/** First and longest pause, `1s..60s`, or one span for both. Units ms, s, m, h; without a unit seconds. */
export const backoff: OptionType<WatcherPolicy['backoff']> = {
  mayBe: 'FIRST..LONGEST such as 1s..60s, with units ms, s, m or h, from 1ms to 24h',
  unit: null,
  isText: false,
  parse(text) {
    const [first, longest = first, ...others] = text.split('..')
    const minMs = parseSpan(first ?? '')
    const maxMs = parseSpan(longest ?? '')
    if (minMs === undefined || maxMs === undefined || others.length > 0) {
      return wrong('is not a pair of times')
    }
    if (minMs < 1 || maxMs > LONGEST_BACKOFF_MS) return wrong('is out of range')
    if (minMs > maxMs) return wrong('begins with the longer time')
    return value({ minMs, maxMs })
  },
  toWire: ({ minMs, maxMs }) => `${minMs / 1000}s..${maxMs / 1000}s`,
}

const UNIT_MS: Readonly<Record<string, Milliseconds>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

function parseSpan(text: string): Milliseconds | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/i.exec(text.trim())
  if (match === null) return undefined
  return Math.round(Number(match[1]) * (UNIT_MS[match[2]?.toLowerCase() ?? 's'] ?? 1000))
}
