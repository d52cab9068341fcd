/**
 * The few calls of the C library which Node lacks. The only importer of koffi.
 *
 * Guaranteed: each call runs on this thread, at once, and gives what C gives, or the negated error number (as the kernel
 * and Node do) where C gives -1.
 * Not guaranteed: koffi reads errno in a second call from JavaScript; V8 makes no failing system call between the two that we have seen.
 */
import { createRequire } from 'node:module'
import type * as Koffi from 'koffi'
import { UnsupportedPlatformError } from './unsupported-platform-error.ts'

export type Argument = number | string | Uint8Array | Int32Array

/** koffi takes about 10 ms to load, so a program which opens no socket does not pay for it. */
interface Loaded {
  readonly koffi: typeof Koffi
  readonly library: Koffi.LibraryHandle
  readonly functions: Map<string, (...args: Argument[]) => number>
}
let loaded: Loaded | undefined

/**
 * Calls a function of the C library whose result is an int.
 * @param definition Its prototype, as koffi reads it: `int listen(int, int)`. Bound once and kept.
 * @throws {UnsupportedPlatformError} If koffi cannot be loaded here.
 */
export function call(definition: string, ...args: Argument[]): number {
  const { functions, koffi, library } = load()
  let bound = functions.get(definition)
  if (bound === undefined) {
    bound = library.func(definition) as (...args: Argument[]) => number
    functions.set(definition, bound)
  }
  const result = bound(...args)
  return result === -1 ? -koffi.errno() : result
}

function load(): Loaded {
  if (loaded !== undefined) return loaded
  try {
    const koffi: typeof Koffi = createRequire(import.meta.url)('koffi')
    loaded = { koffi, library: koffi.load(null), functions: new Map() }
    return loaded
  } catch (cause) {
    throw new UnsupportedPlatformError('load the native module koffi', { cause })
  }
}
