/**
 * Listening sockets which this process holds and never accepts on.
 *
 * Guaranteed: from listen(2) on the kernel completes connections and queues them, whether or not anybody accepts, for as
 * long as one process holds the descriptor. SO_REUSEADDR lets us bind while old connections are in TIME_WAIT; it does
 * not let two processes listen on one address. A bind with port 0 gets a free port.
 * Not guaranteed: the queue is longer than net.core.somaxconn, whatever `backlog` says, and a child which calls listen(2)
 * again (Node does) sets its length anew for everybody. O_NONBLOCK belongs to the socket, not to the descriptor: a child
 * which changes it changes it for all. The umask is the process's: it is changed and restored within one synchronous call.
 */
import { closeSync, fstatSync } from 'node:fs'
import { bind, getsockname, listen, setsockopt, socket } from './socket-calls.ts'
import { platform } from './platform.ts'
import { holderOfPort } from './port-holder.ts'
import {
  addressFamily,
  decodePort,
  encodeInternetAddress,
  encodeUnixAddress,
  type SocketFamily,
} from './socket-address.ts'
import { checked } from './system-error.ts'
import { removeStaleSocketFile, UnixSocketFile } from './unix-socket-file.ts'

/** What to listen on. Circus: the section `[socket:NAME]`. */
export interface SocketSpec {
  readonly name: string
  readonly family: SocketFamily
  /** Numeric address (see `resolveHost`); unused by unix. */
  readonly host: string
  /** 0..65535, 0 = any free one; unused by unix. */
  readonly port: number
  /** Used by unix only. */
  readonly path: string
  /** umask(2) while a unix socket is bound; undefined = the process's own. */
  readonly umask: number | undefined
  /** A unix socket file which nobody answers on is deleted first. */
  readonly replace: boolean
  /** Length of the queue, >= 0; Circus: 2048. */
  readonly backlog: number
  /** O_NONBLOCK is left off. */
  readonly blocking: boolean
}

/** One listening socket and its owner's right to close it. */
export interface Listener {
  readonly name: string
  readonly fd: number
  readonly family: SocketFamily
  /** As in the spec; empty for unix. */
  readonly host: string
  /** The real port, also where the spec said 0; 0 for unix. */
  readonly port: number
  /** Empty for TCP. */
  readonly path: string
  readonly backlog: number
  /** Inode of the socket: the same in every process which holds it, under whatever number. */
  readonly inode: number
  /** Closes our descriptor and removes the file of a unix socket if it is still ours. Idempotent. */
  close(): void
}

/**
 * Binds and listens.
 * @throws {SystemError} EADDRINUSE (the message names the holder where the system tells), EACCES, EADDRNOTAVAIL, ENOENT, ...
 * @throws {RangeError} If the spec holds no valid address.
 * @throws {UnsupportedPlatformError}
 */
export function openListener(spec: SocketSpec): Listener {
  const { SOCK_STREAM, SOL_SOCKET, SO_REUSEADDR } = platform()
  const family = addressFamily(spec.family)
  const address = encodeAddress(spec)
  if (spec.family === 'unix' && spec.replace) removeStaleSocketFile(spec.path)
  const fd = checked(socket(family, SOCK_STREAM, spec.blocking), 'socket', `make ${spec.name}`)
  try {
    const reuse = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1)
    checked(reuse, 'setsockopt', `set SO_REUSEADDR on ${spec.name}`)
    return spec.family === 'unix'
      ? listenOnPath(spec, fd, address)
      : listenOnPort(spec, fd, address)
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

function encodeAddress(spec: SocketSpec): Buffer {
  if (spec.family === 'unix') return encodeUnixAddress(spec.path)
  return encodeInternetAddress(spec.family, spec.host, spec.port)
}

function listenOnPort(spec: SocketSpec, fd: number, address: Buffer): Listener {
  const host = spec.family === 'inet6' ? `[${spec.host}]` : spec.host
  const where = `${host}:${spec.port}`
  const holder = (code: string): string | undefined => {
    const found = code === 'EADDRINUSE' ? holderOfPort(spec.port) : undefined
    return found && `held by process ${found.pid} (${found.command})`
  }
  checked(bind(fd, address), 'bind', `bind ${where}`, holder)
  checked(listen(fd, spec.backlog), 'listen', `listen on ${where}`, holder)
  checked(getsockname(fd, address), 'getsockname', `read the address of ${where}`)
  return newListener(spec, fd, { host: spec.host, port: decodePort(address), path: '' })
}

function listenOnPath(spec: SocketSpec, fd: number, address: Buffer): Listener {
  const bound = withUmask(spec.umask, () => bind(fd, address))
  checked(bound, 'bind', `bind ${spec.path}`, (code) =>
    code === 'EADDRINUSE' ? 'the file exists; "replace" deletes one nobody answers on' : undefined,
  )
  const file = new UnixSocketFile(spec.path)
  const result = listen(fd, spec.backlog)
  if (result < 0) file.remove()
  checked(result, 'listen', `listen on ${spec.path}`)
  return newListener(spec, fd, { host: '', port: 0, path: spec.path }, file)
}

function newListener(
  { name, family, backlog }: SocketSpec,
  fd: number,
  address: Pick<Listener, 'host' | 'port' | 'path'>,
  file?: UnixSocketFile,
): Listener {
  let isOpen = true
  const close = (): void => {
    if (!isOpen) return
    isOpen = false
    file?.remove()
    closeSync(fd)
  }
  return { name, fd, family, ...address, backlog, inode: fstatSync(fd).ino, close }
}

function withUmask<T>(mask: number | undefined, act: () => T): T {
  if (mask === undefined) return act()
  const before = process.umask(mask)
  try {
    return act()
  } finally {
    process.umask(before)
  }
}
