/**
 * A JSON value as Python prints it, because that is what circusctl shows for options: `True`, `None`, `{'a': 1}`.
 * Source: Python's repr().
 */
export function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(([key, one]) => `${quote(key)}: ${pythonRepr(one)}`)
    return `{${entries.join(', ')}}`
  }
  return JSON.stringify(value)
}

/** As `pythonRepr`, but a string has no quotes and null is nothing. Source: Python's str(). */
export function pythonText(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : pythonRepr(value)
}

function quote(value: string): string {
  const mark = value.includes("'") && !value.includes('"') ? '"' : "'"
  const escaped = value
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(mark, `\\${mark}`)
  return `${mark}${escaped}${mark}`
}
