import { isIPv6 } from 'node:net'
import { SYSLOG_FACILITIES, type SyslogAddress } from '../config/syslog-address.ts'
import { MessageSocket, type Destination } from '../os/message-socket.ts'
import { resolveHost } from '../os/resolve-host.ts'
import { syslogLine } from './log-line.ts'
import type { LogTarget } from './log-target.ts'

/** Longest message, in bytes; the rest is cut off. rsyslog and syslog-ng take 8 KiB by default. */
const MAX_MESSAGE_BYTES = 8_192

/**
 * Logs to a syslog: UDP to a host, whose name is looked up once, or a unix socket (datagram, else stream).
 * @throws {SystemError} If nobody listens on the unix socket.
 * @throws {Error} If the host is not known.
 */
export async function logToSyslog(address: SyslogAddress): Promise<LogTarget> {
  const socket = new MessageSocket(await resolve(address))
  const facility = SYSLOG_FACILITIES[address.facility]
  socket.open()
  return {
    write: (level, message) => {
      const line = syslogLine(new Date(), process.pid, facility, level, message)
      return socket.send(Buffer.from(line).subarray(0, MAX_MESSAGE_BYTES))
    },
    reopen: () => {
      socket.close()
      socket.open()
    },
  }
}

async function resolve(address: SyslogAddress): Promise<Destination> {
  if (address.kind === 'unix') return { family: 'unix', path: address.path }
  const { host, port } = address
  const family = isIPv6(host) ? 'inet6' : 'inet'
  return { family, host: await resolveHost(host, family), port }
}
