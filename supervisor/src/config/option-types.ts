import type { Milliseconds } from '../core/policy.ts'
import { nearestName } from './nearest-name.ts'
import { value, wrong, type OptionType } from './option-type.ts'

/** Circus' `bool`: yes true on 1 / no false off 0, any case. */
export const boolean: OptionType<boolean> = {
  mayBe: 'true or false (also yes, on, 1, no, off, 0)',
  unit: null,
  isText: false,
  parse(text) {
    const word = text.toLowerCase()
    if (['yes', 'true', 'on', '1'].includes(word)) return value(true)
    if (['no', 'false', 'off', '0'].includes(word)) return value(false)
    return wrong('is not a yes or no')
  },
  toWire: (value) => value,
}

export const text: OptionType<string> = {
  mayBe: 'any text',
  unit: null,
  isText: true,
  parse: value,
  toWire: (value) => value,
}

/** Circus' `int`: decimal digits with sign and single `_` between digits; no unit, no fraction. */
export function integer(range: { min?: number; max?: number } = {}): OptionType<number> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = range
  return {
    mayBe: `a whole number${rangeText(range)}`,
    unit: null,
    isText: false,
    parse(text) {
      if (!/^[+-]?\d+(?:_\d+)*$/.test(text)) return wrong('is not a whole number')
      // Adding 0 makes 0 of -0.
      const number = Number(text.replaceAll('_', '')) + 0
      if (number < min) return wrong('is too small')
      if (number > max) return wrong('is too large')
      return value(number)
    },
    toWire: (value) => value,
  }
}

/** Longest span in seconds, unless a type says otherwise: what a timer of Node can wait (2^31 - 1 ms, 24.8 days). */
const LONGEST_SECONDS = 2_147_483

/** Circus' `float` of seconds: decimal or scientific, no unit. Kept in whole milliseconds. */
export function seconds(range: { min: number; max?: number }): OptionType<Milliseconds> {
  const { min, max = LONGEST_SECONDS } = range
  return {
    mayBe: `a number of seconds${rangeText({ min, max })}, such as 30 or 0.5`,
    unit: 'seconds',
    isText: false,
    parse(text) {
      if (/^[\d._]+\s*(?:ms|s|sec|seconds|m|min|h)$/i.test(text)) {
        return wrong('has a unit', 'it is always in seconds: write the number alone')
      }
      if (!/^[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text))
        return wrong('is not a number')
      const number = Number(text.replaceAll('_', ''))
      if (number < min) return wrong('is too small')
      if (number > max) return wrong('is too large')
      return value(Math.round(number * 1000) + 0)
    },
    toWire: (value) => value / 1000,
  }
}

/** File mode bits, written in octal: `022`. */
export const octal: OptionType<number> = {
  mayBe: 'an octal number from 000 to 777, such as 022',
  unit: null,
  isText: false,
  parse(text) {
    if (!/^(?:0o)?[0-7]+$/i.test(text)) return wrong('is not an octal number')
    const number = Number.parseInt(text.replace(/^0o/i, ''), 8)
    return number > 0o777 ? wrong('is too large') : value(number)
  },
  toWire: (value) => value.toString(8).padStart(3, '0'),
}

const SIZE_FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
}

/** Bytes, or with a suffix KiB, MiB, GiB: `1000000`, `64K`, `10MB`. Circus knows plain bytes only. */
export const size: OptionType<number> = {
  mayBe: 'a number of bytes, also with K, M or G behind it (powers of 1024)',
  unit: 'bytes',
  isText: false,
  parse(text) {
    const match = /^(\d+)\s*(?:([kmg])i?)?b?$/i.exec(text)
    if (match === null) return wrong('is not a size')
    const bytes = Number(match[1]) * (SIZE_FACTORS[match[2]?.toLowerCase() ?? ''] ?? 1)
    return Number.isSafeInteger(bytes) ? value(bytes) : wrong('is too large')
  },
  toWire: (value) => value,
}

/** Words separated by blanks or newlines. */
export const list: OptionType<readonly string[]> = {
  mayBe: 'any words, separated by blanks',
  unit: null,
  isText: false,
  parse: (text) => value(text.split(/\s+/).filter((word) => word !== '')),
  toWire: (value) => value,
}

/** One of some words, in any case; `synonyms` are further spellings. */
export function oneOf<const Word extends string>(
  words: readonly Word[],
  synonyms: Readonly<Record<string, Word>> = {},
): OptionType<Word> {
  return {
    mayBe: words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : words.join(),
    unit: null,
    isText: false,
    parse(text) {
      const wanted = text.toLowerCase()
      const synonym = Object.hasOwn(synonyms, wanted) ? synonyms[wanted] : undefined
      const found = words.find((word) => word.toLowerCase() === wanted) ?? synonym
      if (found !== undefined) return value(found)
      const nearest = words.length > 1 ? nearestName(text, words) : undefined
      return wrong('is not known', nearest && `did you mean ${nearest}?`)
    },
    toWire: (value) => value,
  }
}

/** A ZeroMQ address which can be bound: `tcp://HOST:PORT` or `ipc://PATH`. */
export const endpoint: OptionType<string> = {
  mayBe: 'tcp://HOST:PORT or ipc://PATH',
  unit: null,
  isText: false,
  parse(text) {
    const port = /^tcp:\/\/.+:(\d{1,5}|\*)$/.exec(text)?.[1]
    if (port !== undefined) {
      return port !== '*' && Number(port) > 65_535 ? wrong('has a port above 65535') : value(text)
    }
    return /^ipc:\/\/.+/.test(text) ? value(text) : wrong('is not an address')
  },
  toWire: (value) => value,
}

function rangeText({ min, max }: { min?: number; max?: number }): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`
  return min === undefined ? '' : `, at least ${min}`
}
