/**
 * Numbers of the C headers which Node does not know.
 *
 * Guaranteed: Linux' values are the same on x64 and arm64 (asm-generic/socket.h, fcntl.h) and are part of its stable ABI.
 * Not guaranteed: that they hold on another architecture (mips and sparc differ), so any other one is refused.
 * The values of macOS are those of its SDK; nothing here has been run there yet.
 */
import { UnsupportedPlatformError } from './unsupported-platform-error.ts'

export interface Platform {
  readonly AF_UNIX: number
  readonly AF_INET: number
  readonly AF_INET6: number
  readonly SOCK_STREAM: number
  readonly SOL_SOCKET: number
  readonly SO_REUSEADDR: number
  readonly O_NONBLOCK: number
  /** The flag by which socket(2) and pipe2(2) set close-on-exec at birth; undefined where fcntl(2) has to set it after. */
  readonly CLOEXEC: number | undefined
  /** sockaddr begins with one byte of length and one of family, in place of two bytes of family. */
  readonly sockaddrHasLength: boolean
  /** Bytes of sun_path in sockaddr_un, the closing NUL included. */
  readonly unixPathBytes: number
}

/** fcntl(2) commands and the descriptor flag; equal on all systems we know. */
export const F_SETFD = 2
export const F_GETFL = 3
export const F_SETFL = 4
export const FD_CLOEXEC = 1

const LINUX: Platform = {
  AF_UNIX: 1,
  AF_INET: 2,
  AF_INET6: 10,
  SOCK_STREAM: 1,
  SOL_SOCKET: 1,
  SO_REUSEADDR: 2,
  O_NONBLOCK: 0o4000,
  CLOEXEC: 0o2000000,
  sockaddrHasLength: false,
  unixPathBytes: 108,
}

const DARWIN: Platform = {
  AF_UNIX: 1,
  AF_INET: 2,
  AF_INET6: 30,
  SOCK_STREAM: 1,
  SOL_SOCKET: 0xffff,
  SO_REUSEADDR: 0x0004,
  O_NONBLOCK: 0x0004,
  CLOEXEC: undefined,
  sockaddrHasLength: true,
  unixPathBytes: 104,
}

/** @throws {UnsupportedPlatformError} On a system or architecture without known constants. */
export function platform(): Platform {
  if (process.arch === 'x64' || process.arch === 'arm64') {
    if (process.platform === 'linux') return LINUX
    if (process.platform === 'darwin') return DARWIN
  }
  throw new UnsupportedPlatformError('make sockets and pipes')
}
