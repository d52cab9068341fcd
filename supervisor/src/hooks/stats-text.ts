/** Longest JSON text of extended statistics, in characters: it is parsed on the daemon's thread. */
export const MAX_STATS_CHARACTERS = 1024 * 1024

type Stats = Readonly<Record<string, unknown>>

/**
 * Statistics as JSON text.
 * @throws {TypeError} If JSON cannot hold them.
 * @throws {RangeError} If the text is too long.
 */
export function statsToText(stats: Stats): string {
  const text = JSON.stringify(stats)
  if (text.length > MAX_STATS_CHARACTERS) throw tooLong()
  return text
}

/**
 * Statistics from JSON text, of a program's making too.
 * @throws {SyntaxError} If the text is no JSON.
 * @throws {TypeError} If it is no object.
 * @throws {RangeError} If it is too long.
 */
export function statsFromText(text: string): Stats {
  if (text.length > MAX_STATS_CHARACTERS) throw tooLong()
  const stats: unknown = JSON.parse(text)
  if (isObject(stats)) return stats
  throw new TypeError('Cannot use the statistics of a hook: they are no JSON object')
}

/** True for what JSON writes as `{}`. */
export function isObject(value: unknown): value is Stats {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function tooLong(): RangeError {
  return new RangeError(
    `Cannot use the statistics of a hook: more than ${MAX_STATS_CHARACTERS} characters`,
  )
}
