/**
 * The file of a listening unix socket (unix(7)).
 *
 * Guaranteed: bind(2) makes the file and fails with EADDRINUSE if there is one, of whatever kind. The file outlives the
 * socket: after a crash it stays and refuses connections (ECONNREFUSED).
 * Not guaranteed: that the file is still the one we made. Anybody who may write to the directory can replace it, so the
 * inode decides; between our look and our unlink(2) it may still change. A socket which is bound but does not listen
 * refuses connections too and counts as stale.
 */
import { closeSync, lstatSync, unlinkSync } from 'node:fs'
import { constants } from 'node:os'
import { connect, socket } from './socket-calls.ts'
import { platform } from './platform.ts'
import { encodeUnixAddress } from './socket-address.ts'
import { checked, errorCode, SystemError, toSystemError } from './system-error.ts'

/** Remembers which file a bind made. */
export class UnixSocketFile {
  readonly #path: string
  readonly #identity: string | undefined

  /** @param path Of a socket which was bound just now. */
  constructor(path: string) {
    this.#path = path
    this.#identity = identify(path)
  }

  /** Removes the file if it is still ours. A file which cannot be removed stays: closing must go on. */
  remove(): void {
    if (this.#identity === undefined || identify(this.#path) !== this.#identity) return
    try {
      unlinkSync(this.#path)
    } catch {
      // Gone already, or the directory has become read-only; nobody answers on the file either way.
    }
  }
}

/**
 * Deletes the socket file at `path` if nobody answers on it. No file is no error.
 * @throws {SystemError} EADDRINUSE if somebody answers, ENOTSOCK if it is another kind of file, EACCES, ...
 */
export function removeStaleSocketFile(path: string): void {
  try {
    if (!lstatSync(path).isSocket()) throw refusal(path, 'ENOTSOCK')
    if (!isStale(path)) throw refusal(path, 'EADDRINUSE')
    unlinkSync(path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    throw toSystemError(error, `replace ${path}`)
  }
}

function refusal(path: string, code: 'ENOTSOCK' | 'EADDRINUSE'): SystemError {
  const hint = code === 'EADDRINUSE' ? { hint: 'another process holds it' } : {}
  return new SystemError(`replace ${path}`, 'bind', -constants.errno[code], hint)
}

/** connect(2) to a unix socket never waits when non-blocking: a full queue gives EAGAIN, a dead socket ECONNREFUSED. */
function isStale(path: string): boolean {
  const { AF_UNIX, SOCK_STREAM } = platform()
  const fd = checked(socket(AF_UNIX, SOCK_STREAM, false), 'socket', `look who answers on ${path}`)
  try {
    return connect(fd, encodeUnixAddress(path)) === -constants.errno.ECONNREFUSED
  } finally {
    closeSync(fd)
  }
}

function identify(path: string): string | undefined {
  try {
    const { dev, ino } = lstatSync(path, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return undefined // No such file: nothing of ours.
  }
}
