import { hasMethod, property } from './property.ts'

/** An exported value that may be the application, and how a person would name it. */
export interface Candidate {
  readonly name: string
  readonly value: unknown
}

/** What a module exports: the namespace object that `import()` gives. */
export type Exports = Readonly<Record<string, unknown>>

/** Names under which applications are commonly exported, most telling first. */
const COMMON_NAMES = ['app', 'server', 'httpServer', 'handler', 'listener', 'reqHandler']

/**
 * The exported values that may be the application, best guess first: the one that `attr` names and no other, or
 * `default`, the `default` within it (transpiled modules), the common names in the module and in its default
 * export (CommonJS), and the module itself when it exports `fetch`.
 * @param attr A dotted path into the exports, or else into the default export: `api.handler`.
 */
export function candidates(exports: Exports, attr?: string): readonly Candidate[] {
  if (attr !== undefined) return present([named(exports, attr)])
  const inner = property(exports.default, 'default')
  return present([
    { name: 'default', value: exports.default },
    { name: 'default.default', value: inner },
    ...COMMON_NAMES.map((name) => ({ name, value: exports[name] })),
    ...COMMON_NAMES.map((name) => ({
      name: `default.${name}`,
      value: typeof exports.default === 'object' ? property(exports.default, name) : undefined,
    })),
    { name: 'fetch', value: hasMethod(exports, 'fetch') ? exports : undefined },
  ])
}

function named(exports: Exports, path: string): Candidate {
  const keys = path.split('.')
  const direct = keys.reduce<unknown>(property, exports)
  return { name: path, value: direct ?? keys.reduce<unknown>(property, exports.default) }
}

function present(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.filter(({ value }) => value !== undefined && value !== null)
}
