/** A function that a module exports. What it takes and returns cannot be seen, only how many parameters it has. */
export type ExportedFunction = (...args: unknown[]) => unknown

export function isFunction(value: unknown): value is ExportedFunction {
  return typeof value === 'function'
}

/** Whether a function is a class, which can be called with `new` only. */
export function isClass(value: ExportedFunction): boolean {
  return Function.prototype.toString.call(value).startsWith('class')
}
