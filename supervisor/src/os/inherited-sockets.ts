/**
 * Sockets which the service manager has bound for us (sd_listen_fds_with_names(3), systemd.socket(5)).
 *
 * Guaranteed: they are descriptors 3, 4, ... without a gap, and ours only if LISTEN_PID is our pid. Node opens its own
 * descriptors later, so theirs are free of them.
 * Not guaranteed: that they are what the configuration expects; systemd also passes datagram sockets, pipes and files.
 * Whoever has bound them may hold them on: closing ours neither frees the address nor removes a unix socket's file.
 */
import { closeSync, fstatSync } from 'node:fs'
import { setFlags } from './descriptor-calls.ts'
import { call } from './libc.ts'
import { decodeSocketAddress, type SocketAddress } from './decode-socket-address.ts'
import { platform } from './platform.ts'
import { getsockname } from './socket-calls.ts'
import type { SocketFamily } from './socket-address.ts'
import type { Listener } from './socket.ts'

/** SD_LISTEN_FDS_START. */
const FIRST_FD = 3

/** More than any service has; a limit against a variable which says nonsense. */
const MAX_SOCKETS = 1_024

/** Size of sockaddr_storage: every address fits. */
const ADDRESS_BYTES = 128

/** One passed descriptor. */
export interface InheritedSocket {
  readonly fd: number
  /** FileDescriptorName= of the socket unit; `unknown` if it was passed without one, as in sd_listen_fds(3). */
  readonly name: string
}

/** A passed socket is not what the configuration wants in its place. */
export class InheritedSocketError extends Error {
  override readonly name = 'InheritedSocketError'
}

/** What was passed to the process `pid`, in the order of the descriptors. */
export function inheritedSockets(
  environment: Readonly<Record<string, string | undefined>>,
  pid: number,
): readonly InheritedSocket[] {
  const { LISTEN_PID, LISTEN_FDS = '', LISTEN_FDNAMES = '' } = environment
  if (LISTEN_PID !== String(pid) || !/^[1-9]\d*$/.test(LISTEN_FDS)) return []
  const names = LISTEN_FDNAMES.split(':')
  const count = Math.min(Number(LISTEN_FDS), MAX_SOCKETS)
  return Array.from({ length: count }, (_, index) => {
    return { fd: FIRST_FD + index, name: names[index] || 'unknown' }
  })
}

/**
 * Closes one which nobody wants. Only a socket: if LISTEN_FDS promises more than was passed, the number may be a descriptor
 * of Node's own.
 */
export function closeInherited({ fd }: InheritedSocket): void {
  if (socketInode(fd) !== undefined) closeSync(fd)
}

/**
 * A passed socket as one of ours, close-on-exec.
 * @param wanted What the configuration says of the socket. Its address does not matter: the real one is taken.
 * @throws {InheritedSocketError} If it is no listening stream socket of the family.
 */
export function adoptListener(
  { fd }: InheritedSocket,
  wanted: Pick<Listener, 'name' | 'family' | 'backlog'> & { readonly blocking: boolean },
): Listener {
  const inode = socketInode(fd)
  const address = addressOf(fd)
  const wrong = inode === undefined ? 'no socket' : mismatch(fd, address, wanted.family)
  if (wrong !== undefined || inode === undefined || address === undefined) {
    throw new InheritedSocketError(
      `Cannot use descriptor ${fd}, which was passed for it: it is ${wrong}`,
    )
  }
  setFlags(fd, wanted.blocking)
  const { name, backlog } = wanted
  let isOpen = true
  const close = (): void => {
    if (!isOpen) return
    isOpen = false
    closeSync(fd)
  }
  return { name, fd, ...address, backlog, inode, close }
}

/** What the socket is that it should not be; undefined if all is well. */
function mismatch(
  fd: number,
  address: SocketAddress | undefined,
  family: SocketFamily,
): string | undefined {
  const { SOCK_STREAM } = platform()
  if (address === undefined) return 'a socket of an unknown family'
  if (address.family !== family) return `a socket of the family ${address.family}, not ${family}`
  const { SO_TYPE, SO_ACCEPTCONN } = optionNumbers()
  if (socketOption(fd, SO_TYPE) !== SOCK_STREAM) return 'no stream socket'
  return socketOption(fd, SO_ACCEPTCONN) === 1 ? undefined : 'a socket which does not listen'
}

function socketInode(fd: number): number | undefined {
  try {
    const stats = fstatSync(fd)
    return stats.isSocket() ? stats.ino : undefined
  } catch {
    return undefined // EBADF: nothing was passed under this number.
  }
}

function addressOf(fd: number): SocketAddress | undefined {
  const bytes = Buffer.alloc(ADDRESS_BYTES)
  return getsockname(fd, bytes) < 0 ? undefined : decodeSocketAddress(bytes)
}

/** The value of an option which is an int; negative if there is none. */
function socketOption(fd: number, option: number): number {
  const value = new Int32Array(1)
  const length = Int32Array.of(4)
  const { SOL_SOCKET } = platform()
  const definition = 'int getsockopt(int, int, int, void *, void *)'
  const result = call(definition, fd, SOL_SOCKET, option, value, length)
  return result < 0 ? result : (value[0] ?? 0)
}

/** sys/socket.h. */
function optionNumbers(): { readonly SO_TYPE: number; readonly SO_ACCEPTCONN: number } {
  return process.platform === 'darwin'
    ? { SO_TYPE: 0x1008, SO_ACCEPTCONN: 0x0002 }
    : { SO_TYPE: 3, SO_ACCEPTCONN: 30 }
}
