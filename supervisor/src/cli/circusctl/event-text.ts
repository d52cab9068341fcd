import { isRecord } from '../../protocol/record.ts'
import { decodeReply } from '../../protocol/reply.ts'
import type { OutputStyle } from './output-style.ts'
import type { Session } from './session.ts'
import { toJson } from './json-text.ts'

/**
 * One event as a line: with `--json` an object with its `topic`, for people time, topic and fields, and for scripts what
 * Circus prints, two byte strings in Python's notation.
 */
export function eventText(
  topic: Uint8Array,
  payload: Uint8Array,
  { format, layout }: Pick<Session, 'format'> & Pick<OutputStyle, 'layout'>,
): string {
  const fields = decodeReply(payload) ?? {}
  const name = new TextDecoder().decode(topic)
  if (format !== 'text') return toJson({ topic: name, ...fields }, format)
  if (layout === 'circus') return `${pythonBytes(topic)}: ${pythonBytes(payload)}`
  const { time, ...rest } = fields
  const at = typeof time === 'number' ? clockTime(time) : '--:--:--.---'
  const details = Object.entries(rest).map(([key, value]) => `${key}=${plain(value)}`)
  return [at, name, ...details].join('  ')
}

/** Local time of day with milliseconds. @param time Seconds since 1970. */
function clockTime(time: number): string {
  const date = new Date(time * 1_000)
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()]
  const text = parts.map((part) => String(part).padStart(2, '0')).join(':')
  return `${text}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

function plain(value: unknown): string {
  return isRecord(value) || Array.isArray(value) ? JSON.stringify(value) : String(value)
}

/** Source: Python's repr() of bytes. */
function pythonBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1')
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = Array.from(text, (character) => {
    if (character === '\\' || character === mark) return `\\${character}`
    const named = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character]
    if (named !== undefined) return named
    if (character >= ' ' && character <= '~') return character
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
  return `b${mark}${escaped.join('')}${mark}`
}
