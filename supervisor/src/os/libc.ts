/**
 * The few calls of the C library which Node lacks. The only importer of koffi.
 *
 * Guaranteed: each call runs on this thread, at once, and gives what C gives, or the negated error number (as the kernel
 * and Node do) where C gives -1. Descriptors are close-on-exec from birth on Linux, so a spawn on another thread cannot
 * inherit them by accident.
 * Not guaranteed: on macOS close-on-exec is set by a second call, so a spawn between the two would inherit the descriptor.
 * koffi reads errno in a second call from JavaScript; V8 makes no failing system call between the two that we have seen.
 */
import { createRequire } from 'node:module'
import type * as Koffi from 'koffi'
import { F_GETFL, F_SETFD, F_SETFL, FD_CLOEXEC, platform } from './platform.ts'
import { UnsupportedPlatformError } from './unsupported-platform-error.ts'

type Argument = number | string | Uint8Array | Int32Array

/** koffi takes about 10 ms to load, so a program which opens no socket does not pay for it. */
interface Loaded {
  readonly koffi: typeof Koffi
  readonly library: Koffi.LibraryHandle
  readonly functions: Map<string, (...args: Argument[]) => number>
}
let loaded: Loaded | undefined

/** socket(2): a descriptor, close-on-exec, non-blocking unless `blocking`. */
export function socket(domain: number, type: number, blocking: boolean): number {
  const { CLOEXEC, O_NONBLOCK } = platform()
  if (CLOEXEC !== undefined) {
    return call(
      'int socket(int, int, int)',
      domain,
      type | CLOEXEC | (blocking ? 0 : O_NONBLOCK),
      0,
    )
  }
  const fd = call('int socket(int, int, int)', domain, type, 0)
  if (fd >= 0) setFlags(fd, blocking)
  return fd
}

/** bind(2). */
export function bind(fd: number, address: Uint8Array): number {
  return call('int bind(int, const void *, uint32_t)', fd, address, address.length)
}

/** connect(2). */
export function connect(fd: number, address: Uint8Array): number {
  return call('int connect(int, const void *, uint32_t)', fd, address, address.length)
}

/** listen(2). Linux cuts `backlog` to net.core.somaxconn without a word. */
export function listen(fd: number, backlog: number): number {
  return call('int listen(int, int)', fd, backlog)
}

/** setsockopt(2) for an option which is an int. */
export function setsockopt(fd: number, level: number, option: number, value: number): number {
  const bytes = Int32Array.of(value)
  return call('int setsockopt(int, int, int, const void *, uint32_t)', fd, level, option, bytes, 4)
}

/** getsockname(2): fills `address`, whose length is the limit. */
export function getsockname(fd: number, address: Uint8Array): number {
  return call('int getsockname(int, void *, void *)', fd, address, Int32Array.of(address.length))
}

/** inet_pton(3): 1 and the network-order bytes in `bytes`, or 0 if `text` is no address of the family. */
export function inetPton(family: number, text: string, bytes: Uint8Array): number {
  return call('int inet_pton(int, const char *, void *)', family, text, bytes)
}

/** pipe2(2), pipe(2): both ends blocking and close-on-exec; `ends` becomes [read, write]. */
export function pipe(ends: Int32Array): number {
  const { CLOEXEC } = platform()
  if (CLOEXEC !== undefined) return call('int pipe2(void *, int)', ends, CLOEXEC)
  const result = call('int pipe(void *)', ends)
  if (result === 0) for (const fd of ends) setFlags(fd, true)
  return result
}

/** fcntl(2) for a command whose argument is an int. */
export function fcntl(fd: number, command: number, value: number): number {
  return call('int fcntl(int, int, ...)', fd, command, 'int', value)
}

/** What socket(2) and pipe2(2) do in one call on Linux. */
function setFlags(fd: number, blocking: boolean): void {
  fcntl(fd, F_SETFD, FD_CLOEXEC)
  if (!blocking) fcntl(fd, F_SETFL, fcntl(fd, F_GETFL, 0) | platform().O_NONBLOCK)
}

function call(definition: string, ...args: Argument[]): number {
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
