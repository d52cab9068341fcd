/**
 * Whether `text` as a whole matches a shell glob: `*`, `?`, `[abc]`, `[a-z]`, `[!abc]`; case counts, nothing escapes.
 * A `[` that is never closed stands for itself. Semantics of Python's `fnmatch.fnmatchcase`, which Circus uses for
 * `[env:...]`. Takes at most `pattern x text` steps, whatever the pattern.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const parts = parseGlob(pattern)
  const characters = Array.from(text)
  let part = 0
  let position = 0
  let starPart = -1
  let starPosition = 0
  while (position < characters.length) {
    const current = parts[part]
    if (current?.kind === 'star') {
      starPart = part++
      starPosition = position
    } else if (current !== undefined && matchesOne(current, characters[position] ?? '')) {
      part++
      position++
    } else if (starPart >= 0) {
      // The last star takes one character more; earlier stars never need to.
      part = starPart + 1
      position = ++starPosition
    } else {
      return false
    }
  }
  return parts.slice(part).every(({ kind }) => kind === 'star')
}

type GlobPart =
  | { readonly kind: 'star' }
  | { readonly kind: 'any' }
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'set'; readonly isNegated: boolean; readonly ranges: readonly Range[] }

interface Range {
  readonly from: string
  readonly to: string
}

/** A star takes any number of characters, so it is not asked about one. */
function matchesOne(part: Exclude<GlobPart, { kind: 'star' }>, character: string): boolean {
  if (part.kind === 'any') return true
  if (part.kind === 'character') return part.character === character
  const isMember = part.ranges.some(({ from, to }) => from <= character && character <= to)
  return isMember !== part.isNegated
}

function parseGlob(pattern: string): GlobPart[] {
  const characters = Array.from(pattern)
  const parts: GlobPart[] = []
  let position = 0
  while (position < characters.length) {
    const character = characters[position++] ?? ''
    const end = character === '[' ? setEnd(characters, position) : -1
    if (end >= 0) {
      parts.push(parseSet(characters.slice(position, end)))
      position = end + 1
    } else if (character === '*') {
      parts.push({ kind: 'star' })
    } else if (character === '?') {
      parts.push({ kind: 'any' })
    } else {
      parts.push({ kind: 'character', character })
    }
  }
  return parts
}

/** Where the `]` that closes a set stands, or -1. A `]` that comes first, also after `!`, is a member. */
function setEnd(characters: readonly string[], start: number): number {
  const first = characters[start] === '!' ? start + 1 : start
  return characters.indexOf(']', first + 1)
}

function parseSet(content: readonly string[]): GlobPart {
  const isNegated = content[0] === '!'
  const members = isNegated ? content.slice(1) : content
  const ranges: Range[] = []
  for (let position = 0; position < members.length; position++) {
    const from = members[position] ?? ''
    const to = members[position + 1] === '-' ? members[position + 2] : undefined
    ranges.push({ from, to: to ?? from })
    if (to !== undefined) position += 2
  }
  return { kind: 'set', isNegated, ranges }
}
