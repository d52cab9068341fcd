import { closeSync } from 'node:fs'
import koffi from 'koffi'

/**
 * A listening socket that nobody accepts on, as a supervisor holds it. Clients can connect at once and wait.
 * Made with the system calls themselves: a `net.Server` would accept in this process. Linux only.
 */
export interface ListeningSocket {
  readonly fd: number
  /** 0 for a unix socket. */
  readonly port: number
  readonly path: string | undefined
  /** The backlog that listen(2) was last called with. */
  backlog(): number
  close(): void
}

export function listenOnLoopback(backlog = 128): ListeningSocket {
  const address = Buffer.alloc(SOCKADDR_IN_BYTES)
  address.writeUInt16LE(AF_INET, 0)
  address.set([127, 0, 0, 1], 4)
  return open(AF_INET, address, backlog, undefined)
}

export function listenOnPath(path: string, backlog = 128): ListeningSocket {
  const address = Buffer.alloc(SOCKADDR_UN_BYTES)
  address.writeUInt16LE(AF_UNIX, 0)
  address.write(path, 2)
  return open(AF_UNIX, address, backlog, path)
}

const AF_UNIX = 1
const AF_INET = 2
const SOCK_STREAM = 1
const SOCK_CLOEXEC = 0o2000000
const SOL_TCP = 6
const TCP_INFO = 11
/** Where TCP_INFO has `tcpi_sacked`, which holds the backlog of a listening socket (tcp(7), linux/tcp.h). */
const TCPI_SACKED_OFFSET = 28
const SOCKADDR_IN_BYTES = 16
const SOCKADDR_UN_BYTES = 110

const libc = koffi.load('libc.so.6')
const socket = libc.func('int socket(int, int, int)')
const bind = libc.func('int bind(int, const void *, uint32_t)')
const listen = libc.func('int listen(int, int)')
const getsockname = libc.func('int getsockname(int, _Out_ void *, _Inout_ uint32_t *)')
const getsockopt = libc.func('int getsockopt(int, int, int, _Out_ void *, _Inout_ uint32_t *)')

function open(
  family: number,
  address: Buffer,
  backlog: number,
  path: string | undefined,
): ListeningSocket {
  const fd = checked('socket', socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0))
  checked('bind', bind(fd, address, address.length))
  checked('listen', listen(fd, backlog))
  return {
    fd,
    port: path === undefined ? portOf(fd) : 0,
    path,
    backlog: () => backlogOf(fd),
    close: () => closeSync(fd),
  }
}

function portOf(fd: number): number {
  const address = Buffer.alloc(SOCKADDR_IN_BYTES)
  checked('getsockname', getsockname(fd, address, [address.length]))
  return address.readUInt16BE(2)
}

function backlogOf(fd: number): number {
  const info = Buffer.alloc(TCPI_SACKED_OFFSET + 4)
  checked('getsockopt', getsockopt(fd, SOL_TCP, TCP_INFO, info, [info.length]))
  return info.readUInt32LE(TCPI_SACKED_OFFSET)
}

function checked(call: string, result: unknown): number {
  if (typeof result === 'number' && result >= 0) return result
  throw new Error(`${call} failed with errno ${koffi.errno()}`)
}
