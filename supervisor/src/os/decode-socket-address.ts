/**
 * What getsockname(2) says of a socket (ip(7), ipv6(7), unix(7)).
 *
 * Guaranteed: the address of a TCP socket is whole and numeric.
 * Not guaranteed: that a unix socket has a path: it may be nameless. An abstract name is given with an `@` in place of its NUL.
 */
import { platform } from './platform.ts'
import { decodePort, type SocketFamily } from './socket-address.ts'

export interface SocketAddress {
  readonly family: SocketFamily
  /** Numeric; empty for unix. */
  readonly host: string
  /** 0 for unix. */
  readonly port: number
  /** Empty for TCP, and for a nameless unix socket. */
  readonly path: string
}

const PATH_OFFSET = 2

/**
 * Decodes a sockaddr.
 * @param bytes sockaddr_storage, with zeros after the address.
 * @returns undefined for a family which we do not know
 */
export function decodeSocketAddress(bytes: Buffer): SocketAddress | undefined {
  const { AF_INET, AF_INET6, AF_UNIX, sockaddrHasLength } = platform()
  const family = sockaddrHasLength ? bytes.readUInt8(1) : bytes.readUInt16LE(0)
  switch (family) {
    case AF_INET:
      return { family: 'inet', host: inetHost(bytes), port: decodePort(bytes), path: '' }
    case AF_INET6:
      return { family: 'inet6', host: inet6Host(bytes), port: decodePort(bytes), path: '' }
    case AF_UNIX:
      return { family: 'unix', host: '', port: 0, path: unixPath(bytes) }
    default:
      return undefined
  }
}

function inetHost(bytes: Buffer): string {
  return bytes.subarray(4, 8).join('.')
}

/** In the shortest form (RFC 5952), which the URL parser writes. */
function inet6Host(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    bytes.readUInt16BE(8 + 2 * index).toString(16),
  )
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}

function unixPath(bytes: Buffer): string {
  const isAbstract = bytes[PATH_OFFSET] === 0
  const begin = isAbstract ? PATH_OFFSET + 1 : PATH_OFFSET
  const end = bytes.indexOf(0, begin)
  const name = bytes.toString('utf8', begin, end === -1 ? bytes.length : end)
  return isAbstract && name !== '' ? `@${name}` : name
}
