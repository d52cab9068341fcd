/**
 * The few calls of the C library which Node lacks. The only importer of koffi.
 *
 * Guaranteed: each call gives what C gives, or the negated error number (as the kernel and Node do) where C gives -1. `call`
 * runs on this thread, at once; `callAsync` on a thread of libuv's pool, and koffi carries the errno of that thread over.
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
  readonly functions: Map<string, Koffi.KoffiFunc<(...args: Argument[]) => number>>
}
let loaded: Loaded | undefined

/**
 * Calls a function of the C library whose result is an int.
 * @param definition Its prototype, as koffi reads it: `int listen(int, int)`. Bound once and kept.
 * @throws {UnsupportedPlatformError} If koffi cannot be loaded here.
 */
export function call(definition: string, ...args: Argument[]): number {
  const result = bound(definition)(...args)
  return result === -1 ? -load().koffi.errno() : result
}

/**
 * As `call`, for a function which blocks: it runs on a thread of libuv's pool, and this thread goes on. The pool has four
 * threads (UV_THREADPOOL_SIZE), which Node needs for files and names: one blocked for long is what we can afford.
 * A process which exits waits for the call to end: whoever blocks it without limit must be able to end it.
 * @param definition As for `call`; a variadic function cannot be called in this way.
 * @param args Memory that C writes to is not copied: the caller keeps a reference to it until the call has ended.
 * @throws {UnsupportedPlatformError} If koffi cannot be loaded here (as a rejection).
 */
export async function callAsync(definition: string, ...args: Argument[]): Promise<number> {
  const f = bound(definition)
  return new Promise((resolve, reject) => {
    f.async(...args, (error: unknown, result: number) => {
      if (error !== null) reject(error)
      else resolve(result === -1 ? -load().koffi.errno() : result)
    })
  })
}

function bound(definition: string): Koffi.KoffiFunc<(...args: Argument[]) => number> {
  const { functions, library } = load()
  const known = functions.get(definition)
  if (known !== undefined) return known
  const found: Koffi.KoffiFunc<(...args: Argument[]) => number> = library.func(definition)
  functions.set(definition, found)
  return found
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
