/**
 * The property `name` of any value, or `undefined` when there is none. A getter that throws counts as absent:
 * Express 4 has one (`app.router`), and a probe must not end the program it looks at.
 */
export function property(value: unknown, name: string): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined
  try {
    return Reflect.get(value, name)
  } catch {
    return undefined // As documented above: not readable is not there.
  }
}

/** Whether `value[name]` can be called. */
export function hasMethod(value: unknown, name: string): boolean {
  return typeof property(value, name) === 'function'
}
