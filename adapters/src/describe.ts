/** What a value is, in a few words for an error message. Reads nothing that could run code of the application. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'function') return describeFunction(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  if (Array.isArray(value)) return 'an array'
  const keys = Object.keys(value)
  if (keys.length === 0) return 'an object without properties'
  const shown = keys.slice(0, KEYS_SHOWN).join(', ')
  return `an object with ${shown}${keys.length > KEYS_SHOWN ? ', ...' : ''}`
}

/** An error message stays one line that a person can read. */
const KEYS_SHOWN = 5

function describeFunction(value: { readonly name: string; readonly length: number }): string {
  const source = Function.prototype.toString.call(value)
  if (source.startsWith('class')) return `the class ${value.name || '(anonymous)'}`
  return `a function of ${value.length} ${value.length === 1 ? 'parameter' : 'parameters'}`
}
