import type { IniOption, IniSection } from './ini.ts'
import { checkOptions } from './check-options.ts'
import { socketTable } from './option-table.ts'
import type { SocketOptions } from './options.ts'
import { errorAt, type Report } from './problem.ts'
import { readOptions } from './read-options.ts'
import type { Reading } from './reading.ts'
import { showValue } from './show-value.ts'

/** Bytes of a unix socket's path, as Linux' sockaddr_un has them, without the closing zero; unix(7). macOS has four less. */
const MAX_PATH_BYTES = 107

/** Reads `[socket:NAME]`; `options` are those of the section and what it inherits. */
export function readSocketSection(
  name: string,
  section: IniSection,
  options: ReadonlyMap<string, IniOption>,
  reading: Reading,
): SocketOptions {
  checkOptions('socket', options.values(), reading)
  checkName(name, section, reading.report)
  const socket = readOptions(socketTable, options, reading)
  const family = socket.path === null ? socket.family : 'AF_UNIX'
  if (family === 'AF_UNIX' && socket.path === null) {
    const message = 'family: AF_UNIX needs a path; add path = FILE'
    reading.report(errorAt(options.get('family') ?? section, message))
  }
  if (socket.path !== null && new TextEncoder().encode(socket.path).length > MAX_PATH_BYTES) {
    const message = `path: ${showValue(socket.path)} is too long for a unix socket; it may have ${MAX_PATH_BYTES} bytes`
    reading.report(errorAt(options.get('path') ?? section, message))
  }
  if (family === 'AF_INET' && socket.host.includes(':')) {
    const message = `host: ${showValue(socket.host)} holds a colon; write the port as port = N, an IPv6 address with family = AF_INET6`
    reading.report(errorAt(options.get('host') ?? section, message))
  }
  return { ...socket, family, name, source: { file: section.file, line: section.line } }
}

/** The rules of LISTEN_FDNAMES, in which names are handed on; sd_listen_fds(3). */
function checkName(name: string, section: IniSection, report: Report): void {
  if (!/^[\x21-\x39\x3b-\x7e]{1,255}$/.test(name)) {
    const message = `[${section.name}]: a socket name may have letters, digits and signs, but no colon and no blank`
    report(errorAt(section, message))
  }
}

/** Reports sockets that would be bound to the same address or file as an earlier one. */
export function checkAddresses(sockets: readonly SocketOptions[], report: Report): void {
  const owners = new Map<string, SocketOptions>()
  for (const socket of sockets) {
    const address = addressOf(socket)
    if (address === undefined) continue
    const owner = owners.get(address)
    if (owner === undefined) {
      owners.set(address, socket)
      continue
    }
    const place = `${owner.source.file}:${owner.source.line}`
    const message = `[socket:${socket.name}]: ${address} is already bound by [socket:${owner.name}] at ${place}; change one of the two`
    report(errorAt(socket.source, message))
  }
}

/** Undefined: the system chooses one. */
function addressOf({ family, host, port, path }: SocketOptions): string | undefined {
  if (path !== null) return path
  if (port === 0) return undefined
  return family === 'AF_INET6' ? `[${host.toLowerCase()}]:${port}` : `${host.toLowerCase()}:${port}`
}
