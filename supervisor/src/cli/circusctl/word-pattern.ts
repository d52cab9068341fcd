/** One entry of `CommandUsage.words`, taken apart. */
export interface WordPattern {
  /** Several names if they come as a group, as in `[KEY VALUE...]`. */
  readonly names: readonly string[]
  readonly isOptional: boolean
  readonly repeats: boolean
}

/** @param text `NAME`, `[NB]`, `KEY...`, `[KEY VALUE...]`. */
export function parseWordPattern(text: string): WordPattern {
  const isOptional = text.startsWith('[')
  const inner = isOptional ? text.slice(1, -1) : text
  const repeats = inner.endsWith('...')
  const names = (repeats ? inner.slice(0, -'...'.length) : inner).split(' ')
  return { names, isOptional, repeats }
}

/** Name of the word at `index`; undefined if there is no such word. */
export function wordNameAt(patterns: readonly string[], index: number): string | undefined {
  let first = 0
  for (const { names, repeats } of patterns.map(parseWordPattern)) {
    const offset = index - first
    if (offset < names.length) return names[offset]
    if (repeats) return names[offset % names.length]
    first += names.length
  }
  return undefined
}
