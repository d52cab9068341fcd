import { isIPv6 } from 'node:net'
import { MessageSocket, type Destination } from '../os/message-socket.ts'
import { resolveHost } from '../os/resolve-host.ts'
import { syslogLine } from './log-line.ts'
import type { LogTarget } from './log-target.ts'
import type { SyslogAddress } from './syslog-address.ts'

/** Longest message, in bytes; the rest is cut off. rsyslog and syslog-ng take 8 KiB by default. */
const MAX_MESSAGE_BYTES = 8_192

/**
 * Logs to a syslog: UDP to a host, whose name is looked up once, or a unix socket (datagram, else stream).
 * @throws {SystemError} If nobody listens on the unix socket.
 * @throws {Error} If the host is not known.
 */
export async function logToSyslog({ destination, facility }: SyslogAddress): Promise<LogTarget> {
  const socket = new MessageSocket(await resolve(destination))
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

async function resolve(destination: SyslogAddress['destination']): Promise<Destination> {
  if (destination.type === 'socket') return { family: 'unix', path: destination.path }
  const { host, port } = destination
  const family = isIPv6(host) ? 'inet6' : 'inet'
  return { family, host: await resolveHost(host, family), port }
}
