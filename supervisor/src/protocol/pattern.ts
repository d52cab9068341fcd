import { ERRNO } from './errno.ts'
import { RequestError } from './request-error.ts'

/** A regular expression for the names of watchers; `parseRegex` reads it. */
export type Pattern =
  | { readonly type: 'character'; readonly accepts: (character: string) => boolean }
  | { readonly type: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly type: 'choice'; readonly options: readonly Pattern[] }
  | {
      readonly type: 'repeat'
      readonly part: Pattern
      readonly least: number
      /** Infinity for no limit. */
      readonly most: number
    }
  | { readonly type: 'start' | 'end' }

/** Longest pattern, in characters. */
export const MAX_PATTERN_LENGTH = 256

/** Steps that one match may take; sensible patterns take some hundred. */
const MAX_STEPS = 20_000

interface Run {
  readonly characters: readonly string[]
  steps: number
}

type Positions = ReadonlySet<number>

/**
 * Where the matches that begin at the start of `name` end, in characters; empty if there is none.
 *
 * All ways through the pattern are followed at the same time, as sets of positions. A backtracking engine, such as
 * JavaScript's own, takes ages for some patterns, and a client must not be able to stop the daemon with one.
 * @throws {RequestError} If the match takes more than `MAX_STEPS`.
 */
export function matchEnds(pattern: Pattern, name: string): Positions {
  return advance(pattern, new Set([0]), { characters: Array.from(name), steps: 0 })
}

function advance(pattern: Pattern, from: Positions, run: Run): Positions {
  run.steps += 1 + from.size
  if (run.steps > MAX_STEPS) {
    throw new RequestError(ERRNO.messageInvalid, 'the pattern takes too long to match')
  }
  switch (pattern.type) {
    case 'character': {
      const matching = [...from].filter((at) => {
        const character = run.characters[at]
        return character !== undefined && pattern.accepts(character)
      })
      return new Set(matching.map((at) => at + 1))
    }
    case 'sequence':
      return pattern.parts.reduce((at, part) => advance(part, at, run), from)
    case 'choice':
      return new Set(pattern.options.flatMap((option) => [...advance(option, from, run)]))
    case 'repeat':
      return advanceRepeatedly(pattern, from, run)
    case 'start':
      return new Set([...from].filter((at) => at === 0))
    case 'end':
      return new Set([...from].filter((at) => at === run.characters.length))
  }
}

function advanceRepeatedly(
  { part, least, most }: Extract<Pattern, { type: 'repeat' }>,
  from: Positions,
  run: Run,
): Positions {
  let newest = from
  for (let count = 0; count < least && newest.size > 0; count += 1) {
    newest = advance(part, newest, run)
  }
  const reached = new Set(newest)
  // A position reached before is not followed again: fewer repetitions led there.
  for (let count = least; count < most && newest.size > 0; count += 1) {
    newest = new Set([...advance(part, newest, run)].filter((at) => !reached.has(at)))
    for (const at of newest) reached.add(at)
  }
  return reached
}
