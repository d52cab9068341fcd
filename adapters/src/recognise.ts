import type { Adapter } from './adapter.ts'
import { type Candidate, type Exports, candidates } from './candidate.ts'
import { describe } from './describe.ts'
import { type ExportedFunction, isClass, isFunction } from './exported-function.ts'
import { recogniseExpress } from './express.ts'
import { fetchHandler, recogniseFetch } from './fetch.ts'
import type { Interface } from './interface.ts'
import { recogniseKoa } from './koa.ts'
import { nodeHandler } from './node-handler.ts'
import { hasMethod } from './property.ts'
import type { Recognised } from './recognised.ts'
import { isListeningServer, recogniseServer } from './server.ts'
import { UnrecognisedAppError } from './unrecognised-app-error.ts'

export interface RecogniseOptions {
  /** The export to serve, a dotted path; default: the first that is recognised. */
  readonly attr?: string | undefined
  /** Default `auto`. */
  readonly interface?: Interface
}

/**
 * Finds the application among the exports of a module. Promises among them are awaited and factories called, so
 * this runs code of the application and may take as long as it likes.
 * @throws {UnrecognisedAppError} If no export can be served.
 * @throws Whatever a factory of the application throws, or a promise it exports is rejected with.
 */
export async function recognise(
  exports: Exports,
  options: RecogniseOptions = {},
): Promise<Recognised> {
  const seen: string[] = []
  for (const candidate of candidates(exports, options.attr)) {
    const result = await classify(candidate, options.interface ?? 'auto', FACTORY_DEPTH)
    if (typeof result !== 'string') return result
    seen.push(`${candidate.name} is ${result}`)
  }
  if (options.attr !== undefined && seen.length === 0) {
    throw new UnrecognisedAppError(
      `Cannot find the export "${options.attr}": the module exports ${listed(exports)}`,
    )
  }
  throw new UnrecognisedAppError(
    `Cannot find an application among the exports: ${
      seen.length > 0 ? seen.join('; ') : `the module exports ${listed(exports)}`
    }`,
  )
}

/** The families that are known by the shape of the value. The first that matches wins. */
const FAMILIES: readonly Adapter[] = [
  recogniseServer,
  recogniseKoa,
  recogniseExpress,
  recogniseFetch,
]

/** How many times in a row a factory may return another factory. */
const FACTORY_DEPTH = 3

/** What the value is, or in words what it is instead of an application. */
async function classify(
  candidate: Candidate,
  wanted: Interface,
  factoriesLeft: number,
): Promise<Recognised | string> {
  // An application that is itself thenable (Fastify) resolves to itself.
  const value = hasMethod(candidate.value, 'then') ? await candidate.value : candidate.value
  if (isListeningServer(value)) {
    return 'a server that listens already: export it without calling listen()'
  }
  if (wanted === 'server') return recogniseServer(value) ?? describe(value)
  if (wanted === 'auto') {
    const recognised = FAMILIES.map((adapter) => adapter(value)).find(Boolean)
    if (recognised) return recognised
  }
  if (wanted === 'fetch') {
    const recognised = recogniseFetch(value)
    if (recognised) return recognised
  }
  if (!isFunction(value)) return describe(value)
  if (isClass(value)) return `${describe(value)}: export an instance of it`
  return classifyFunction(candidate.name, value, wanted, factoriesLeft)
}

/**
 * A bare function says by the number of its parameters what it is: two or more, a Node handler; none, a factory;
 * one is ambiguous and taken for a fetch handler, as srvx does. `wanted` overrides.
 */
async function classifyFunction(
  name: string,
  value: ExportedFunction,
  wanted: Exclude<Interface, 'server'>,
  factoriesLeft: number,
): Promise<Recognised | string> {
  const reading = wanted === 'auto' ? readingOf(value.length) : wanted
  if (reading === 'factory') return produce(name, value, factoriesLeft)
  return reading === 'node'
    ? nodeHandler(value)
    : fetchHandler(value, 'a function of one parameter, read as fetch(request)')
}

function readingOf(parameters: number): 'node' | 'fetch' | 'factory' {
  if (parameters >= 2) return 'node'
  return parameters === 1 ? 'fetch' : 'factory'
}

/** Calls a factory without arguments and classifies what it returns. */
async function produce(
  name: string,
  factory: ExportedFunction,
  factoriesLeft: number,
): Promise<Recognised | string> {
  if (factoriesLeft === 0) return 'a factory of factories'
  const result = await classify({ name, value: factory() }, 'auto', factoriesLeft - 1)
  return typeof result === 'string'
    ? `a function without parameters that returned ${result}; --interface node if it is a handler`
    : result
}

function listed(exports: Exports): string {
  const names = Object.keys(exports)
  return names.length > 0 ? names.join(', ') : 'nothing'
}
