import { ERRNO } from './errno.ts'
import type { Pattern } from './pattern.ts'
import { RequestError } from './request-error.ts'

type Accepts = (character: string) => boolean

interface Cursor {
  readonly source: string
  readonly characters: readonly string[]
  at: number
}

const classes: ReadonlyMap<string, Accepts> = new Map([
  ['d', (one: string) => /^\p{Nd}$/u.test(one)],
  ['w', (one: string) => /^[\p{L}\p{N}_]$/u.test(one)],
  ['s', (one: string) => /^\s$/u.test(one)],
])

/**
 * The part of Python's regular expressions that names need: `.`, classes, `\d \w \s`, groups, `|`, `* + ? {m,n}`,
 * `^`, `$`. Lazy marks change nothing, because only whether it matches is asked. Look-around, back-references
 * and flags are refused.
 * @throws {RequestError} If it is no such expression; errno 5, as Circus has it.
 */
export function parseRegex(source: string): Pattern {
  const cursor: Cursor = { source, characters: Array.from(source), at: 0 }
  const pattern = parseChoice(cursor)
  if (cursor.at < cursor.characters.length) throw invalid(cursor, 'unbalanced parenthesis')
  return pattern
}

function parseChoice(cursor: Cursor): Pattern {
  const options = [parseSequence(cursor)]
  while (take(cursor, '|')) options.push(parseSequence(cursor))
  return { type: 'choice', options }
}

function parseSequence(cursor: Cursor): Pattern {
  const parts: Pattern[] = []
  for (;;) {
    const next = cursor.characters[cursor.at]
    if (next === undefined || next === '|' || next === ')') return { type: 'sequence', parts }
    parts.push(parseRepeat(cursor))
  }
}

function parseRepeat(cursor: Cursor): Pattern {
  const part = parseAtom(cursor)
  const times = takeQuantifier(cursor)
  if (times === null) return part
  if (part.type === 'start') throw invalid(cursor, 'nothing to repeat')
  take(cursor, '?')
  if (takeQuantifier(cursor) !== null) throw invalid(cursor, 'multiple repeat')
  return { type: 'repeat', part, ...times }
}

function takeQuantifier(cursor: Cursor): { least: number; most: number } | null {
  if (take(cursor, '*')) return { least: 0, most: Infinity }
  if (take(cursor, '+')) return { least: 1, most: Infinity }
  if (take(cursor, '?')) return { least: 0, most: 1 }
  const rest = cursor.characters.slice(cursor.at).join('')
  const [all, exactly, from, to] = /^\{(?:(\d+)|(\d*),(\d*))\}/.exec(rest) ?? []
  if (all === undefined) return null
  cursor.at += all.length
  if (exactly !== undefined) return { least: Number(exactly), most: Number(exactly) }
  const most = to === undefined || to === '' ? Infinity : Number(to)
  const least = Number(from)
  if (least > most) throw invalid(cursor, 'min repeat greater than max repeat')
  return { least, most }
}

function parseAtom(cursor: Cursor): Pattern {
  const character = next(cursor)
  switch (character) {
    case '.':
      return { type: 'character', accepts: (one) => one !== '\n' }
    case '^':
      return { type: 'start' }
    case '$':
      return { type: 'end' }
    case '(':
      return parseGroup(cursor)
    case '[':
      return parseClass(cursor)
    case '\\':
      return { type: 'character', accepts: parseEscape(cursor) }
    case '*':
    case '+':
    case '?':
      throw invalid(cursor, 'nothing to repeat')
    default:
      return { type: 'character', accepts: (one) => one === character }
  }
}

function parseGroup(cursor: Cursor): Pattern {
  if (take(cursor, '?') && !take(cursor, ':')) {
    throw invalid(cursor, 'only (...) and (?:...) are supported')
  }
  const pattern = parseChoice(cursor)
  if (!take(cursor, ')')) throw invalid(cursor, 'missing )')
  return pattern
}

function parseClass(cursor: Cursor): Pattern {
  const isNegated = take(cursor, '^')
  const members: Accepts[] = []
  // A `]` in the first place is a member.
  do {
    members.push(parseMember(cursor))
  } while (!take(cursor, ']'))
  return {
    type: 'character',
    accepts: (one) => members.some((accepts) => accepts(one)) !== isNegated,
  }
}

function parseMember(cursor: Cursor): Accepts {
  const first = next(cursor)
  if (first === '\\') return parseEscape(cursor)
  const isRange = cursor.characters[cursor.at] === '-' && cursor.characters[cursor.at + 1] !== ']'
  if (!isRange) return (one) => one === first
  cursor.at += 1
  const last = next(cursor)
  if (last === '\\' || last < first) throw invalid(cursor, 'bad character range')
  return (one) => one >= first && one <= last
}

function parseEscape(cursor: Cursor): Accepts {
  const escaped = next(cursor)
  const known = classes.get(escaped)
  if (known !== undefined) return known
  if (/[a-z0-9]/i.test(escaped)) throw invalid(cursor, `\\${escaped} is not supported`)
  return (one) => one === escaped
}

function next(cursor: Cursor): string {
  const character = cursor.characters[cursor.at]
  if (character === undefined) throw invalid(cursor, 'unexpected end')
  cursor.at += 1
  return character
}

function take(cursor: Cursor, expected: string): boolean {
  if (cursor.characters[cursor.at] !== expected) return false
  cursor.at += 1
  return true
}

function invalid({ source, at }: Cursor, reason: string): RequestError {
  return new RequestError(ERRNO.conflict, `invalid regex '${source}': ${reason} at position ${at}`)
}
