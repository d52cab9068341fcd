/** A line that is being typed, up to the cursor. */
export interface BegunLine {
  /** The words before the one at the cursor, unquoted. */
  readonly before: readonly string[]
  /** The word at the cursor, unquoted; empty after a blank. */
  readonly current: string
  /** The same as it was typed. */
  readonly typed: string
  /** The quote that the word begins with; empty if it is none. */
  readonly quote: '' | '"' | "'"
}

/** Splits as `splitWords` of the configuration does, but nothing is wrong with a quote that is still open. */
export function splitBegunLine(text: string): BegunLine {
  const before: string[] = []
  let current = ''
  let start = 0
  let open: '' | '"' | "'" = ''
  for (let position = 0; position < text.length; position++) {
    const character = text.charAt(position)
    const next = text.charAt(position + 1)
    if (open !== '') {
      if (character === open) open = ''
      else if (open === '"' && character === '\\' && (next === '"' || next === '\\')) {
        current += next
        position++
      } else current += character
    } else if (character === '"' || character === "'") {
      open = character
    } else if (character === '\\') {
      current += next
      position++
    } else if (character === ' ' || character === '\t') {
      if (position > start) before.push(current)
      current = ''
      start = position + 1
    } else {
      current += character
    }
  }
  const typed = text.slice(start)
  const first = typed.charAt(0)
  return { before, current, typed, quote: first === '"' || first === "'" ? first : '' }
}

/** A word as it must be typed to mean `text`, in the quotes in which it was begun. */
export function quoteWord(text: string, quote: BegunLine['quote']): string {
  if (quote === "'") return `'${text.replaceAll("'", "'\\''")}'`
  if (quote === '"') return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
  return text.replaceAll(/[^\w@%+=:,./~-]/g, '\\$&')
}
