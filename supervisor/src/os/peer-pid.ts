/**
 * Who listens on a unix socket (unix(7): SO_PEERCRED).
 *
 * Guaranteed: on Linux it is the process that called listen(2), also if it is another user's.
 * Not guaranteed: that this process still lives: a child may have inherited the socket. A process of another pid
 * namespace has pid 0 here. To ask, we must connect; the listener sees a connection that ends at once.
 */
import { closeSync } from 'node:fs'
import { call } from './libc.ts'
import { platform } from './platform.ts'
import { encodeUnixAddress } from './socket-address.ts'
import { connect, socket } from './socket-calls.ts'

const SO_PEERCRED = 17

/** struct ucred: pid, uid, gid. */
const UCRED_BYTES = 12

/** The pid of whoever listens at `path`; undefined if nobody does or the system does not tell. */
export function pidOfListener(path: string): number | undefined {
  if (process.platform !== 'linux') return undefined
  const { AF_UNIX, SOCK_STREAM, SOL_SOCKET } = platform()
  const fd = socket(AF_UNIX, SOCK_STREAM, false)
  if (fd < 0) return undefined
  try {
    if (connect(fd, encodeUnixAddress(path)) < 0) return undefined
    const credentials = new Int32Array(UCRED_BYTES / 4)
    const length = Int32Array.of(UCRED_BYTES)
    const definition = 'int getsockopt(int, int, int, void *, void *)'
    const result = call(definition, fd, SOL_SOCKET, SO_PEERCRED, credentials, length)
    const [pid = 0] = credentials
    return result === 0 && pid > 0 ? pid : undefined
  } finally {
    closeSync(fd)
  }
}
