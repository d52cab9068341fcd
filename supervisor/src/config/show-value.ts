/** Characters of a value which a message shows: enough to recognise it, short enough for one line. */
const SHOWN_CHARACTERS = 60

/** A value from a file as a message shows it: in quotes, on one line, cut when long. */
export function showValue(value: string): string {
  if (value === '') return 'an empty value'
  if (value.length <= SHOWN_CHARACTERS) return JSON.stringify(value)
  return JSON.stringify(`${value.slice(0, SHOWN_CHARACTERS)}...`)
}
