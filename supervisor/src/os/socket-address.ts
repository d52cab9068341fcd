/**
 * Socket addresses as the kernel reads them (ip(7), ipv6(7), unix(7)).
 *
 * Guaranteed: sin_port and sin6_port lie at byte 2, in network order, on Linux and macOS alike.
 * Not guaranteed: zone identifiers of link-local IPv6 addresses (`fe80::1%eth0`) are not understood here.
 */
import { inetPton } from './socket-calls.ts'
import { platform } from './platform.ts'

export type SocketFamily = 'inet' | 'inet6' | 'unix'

const PORT_OFFSET = 2
const INET_ADDRESS_OFFSET = 4
const INET_BYTES = 16
const INET6_ADDRESS_OFFSET = 8
const INET6_BYTES = 28

/**
 * sockaddr_in or sockaddr_in6.
 * @param host A numeric address of the family. @param port 0..65535.
 * @throws {RangeError} If `host` is no numeric address of the family, or `port` is no port.
 */
export function encodeInternetAddress(
  family: 'inet' | 'inet6',
  host: string,
  port: number,
): Buffer {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(`Cannot use port: it is no number from 0 to 65535: ${port}`)
  }
  const isV6 = family === 'inet6'
  const address = Buffer.alloc(isV6 ? INET6_BYTES : INET_BYTES)
  writeFamily(address, addressFamily(family))
  address.writeUInt16BE(port, PORT_OFFSET)
  const bytes = address.subarray(isV6 ? INET6_ADDRESS_OFFSET : INET_ADDRESS_OFFSET)
  if (inetPton(addressFamily(family), host, bytes) !== 1) {
    throw new RangeError(`Cannot use host as numeric ${family} address: current value is ${host}`)
  }
  return address
}

/**
 * sockaddr_un for a path in the file system.
 * @throws {RangeError} If the path is empty, holds a NUL or is longer than the system allows (107 bytes on Linux).
 */
export function encodeUnixAddress(path: string): Buffer {
  const { unixPathBytes } = platform()
  const bytes = Buffer.from(path)
  if (bytes.length === 0 || bytes.includes(0) || bytes.length >= unixPathBytes) {
    const limit = `1 to ${unixPathBytes - 1} bytes without NUL`
    throw new RangeError(`Cannot use socket path: it must have ${limit}: ${path}`)
  }
  const address = Buffer.alloc(2 + bytes.length + 1)
  writeFamily(address, addressFamily('unix'))
  bytes.copy(address, 2)
  return address
}

/** The port of a sockaddr_in or sockaddr_in6. */
export function decodePort(address: Buffer): number {
  return address.readUInt16BE(PORT_OFFSET)
}

/** AF_INET, AF_INET6 or AF_UNIX. */
export function addressFamily(family: SocketFamily): number {
  const { AF_INET, AF_INET6, AF_UNIX } = platform()
  return { inet: AF_INET, inet6: AF_INET6, unix: AF_UNIX }[family]
}

function writeFamily(address: Buffer, family: number): void {
  if (platform().sockaddrHasLength) address.set([address.length, family])
  else address.writeUInt16LE(family, 0)
}
