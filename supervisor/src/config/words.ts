/** The words of a command line, or what keeps it from being split. */
export type Words =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly wrong: string }

/**
 * Splits text into words as a POSIX shell does: blanks and newlines separate, quotes group, backslash takes the next
 * character as it is. No globbing, no comments (`#` is ordinary), no variables. Inside double quotes a backslash is
 * special only before `"` and another backslash. Semantics of Python's `shlex.split`, which Circus uses for `cmd` and `args`.
 */
export function splitWords(text: string): Words {
  const words: string[] = []
  let word: string | undefined
  let position = 0
  while (position < text.length) {
    const character = text.charAt(position)
    if (character === '"' || character === "'") {
      const quoted = readQuoted(text, position)
      if (quoted === undefined) return { ok: false, wrong: unclosedQuote(text, position) }
      word = (word ?? '') + quoted.content
      position = quoted.end
    } else if (character === '\\') {
      if (position + 1 === text.length) return { ok: false, wrong: 'ends in a lone backslash' }
      word = (word ?? '') + text.charAt(position + 1)
      position += 2
    } else if (SEPARATORS.includes(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
      position++
    } else {
      word = (word ?? '') + character
      position++
    }
  }
  if (word !== undefined) words.push(word)
  return { ok: true, words }
}

const SEPARATORS = ' \t\r\n'

/** Characters after an opening quote which a message shows. */
const SHOWN_CHARACTERS = 20

/** The text between the quote at `start` and its partner, and the position behind that; undefined if there is none. */
function readQuoted(text: string, start: number): { content: string; end: number } | undefined {
  const quote = text.charAt(start)
  let content = ''
  for (let position = start + 1; position < text.length; position++) {
    const character = text.charAt(position)
    if (character === quote) return { content, end: position + 1 }
    const next = text.charAt(position + 1)
    if (quote === '"' && character === '\\' && (next === '"' || next === '\\')) {
      content += next
      position++
    } else {
      content += character
    }
  }
  return undefined
}

function unclosedQuote(text: string, start: number): string {
  const kind = text.charAt(start) === '"' ? 'double' : 'single'
  const shown = text.slice(start, start + SHOWN_CHARACTERS)
  return `has a ${kind} quote that is never closed, at ${JSON.stringify(shown)}`
}
