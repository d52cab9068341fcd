/** Longest text of a failure, in characters: it goes into an event and a line of the log. */
const MAX_CHARACTERS = 500

/** The message of anything that was thrown, as one line. */
export function oneLine(error: unknown): string {
  const text = messageOf(error).replaceAll(/\s+/g, ' ').trim()
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}...` : text
}

function messageOf(error: unknown): string {
  try {
    if (error instanceof Error) return error.message === '' ? error.name : error.message
    return String(error)
  } catch {
    return 'something that has no text' // Object.create(null), or a toString that throws.
  }
}
