/**
 * The calls on sockets which Node lacks, see `libc.ts` for what they give.
 *
 * Guaranteed: descriptors are close-on-exec from birth on Linux, so a spawn on another thread cannot inherit them by accident.
 * Not guaranteed: on macOS close-on-exec is set by a second call, so a spawn between the two would inherit the descriptor.
 */
import { setFlags } from './descriptor-calls.ts'
import { call } from './libc.ts'
import { platform } from './platform.ts'

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
