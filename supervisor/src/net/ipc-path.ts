/**
 * Unix sockets of ZeroMQ's `ipc://` endpoints.
 *
 * libzmq removes whatever socket it finds at the path before it binds, also one that another process listens on, and
 * leaves its own behind when it closes. So the path is looked at before the bind and released after the end.
 * Not guaranteed: two daemons that look at the same path within the same millisecond may both bind it.
 */
import { chmodSync, chownSync, lstatSync, rmSync, type Stats } from 'node:fs'
import { connect } from 'node:net'

/** Longest time to wait for the answer of whoever holds a socket, in ms. A listener answers in the kernel, at once. */
const PROBE_TIMEOUT_MS = 2_000

/** Which file a path meant when it was ours. */
export interface OwnedPath {
  readonly path: string
  readonly dev: number
  readonly ino: number
}

/** @returns The path of an `ipc://` endpoint; null for other transports, abstract names and `ipc://*`. */
export function ipcPath(endpoint: string): string | null {
  if (!endpoint.startsWith('ipc://')) return null
  const path = endpoint.slice('ipc://'.length)
  return path === '*' || path.startsWith('@') ? null : path
}

/** What lives at the path of a socket: nothing, a socket that nobody listens on, one that somebody does, or something else. */
export type PathHolder = 'nothing' | 'stale' | 'listener' | 'foreign'

/** Rejects if the path cannot be looked at. A socket that refuses us for any other reason than that nobody listens counts as held. */
export async function probeIpcPath(path: string): Promise<PathHolder> {
  const stats = lookAt(path)
  if (stats === null) return 'nothing'
  if (!stats.isSocket()) return 'foreign'
  return new Promise((resolve) => {
    const socket = connect(path)
    const finish = (holder: PathHolder): void => {
      socket.destroy()
      resolve(holder)
    }
    socket.setTimeout(PROBE_TIMEOUT_MS, () => finish('listener'))
    socket.once('connect', () => finish('listener'))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') finish('stale')
      else finish(error.code === 'ENOENT' ? 'nothing' : 'listener')
    })
  })
}

/**
 * Makes the freshly bound socket ours alone, or gives it to its owner, whose group stays as it is (as Circus' `endpoint_owner`). libzmq creates it with the umask of the process, so for a moment others
 * may connect if they can enter its directory; the default directory lets nobody in.
 */
export function ownIpcPath(path: string, ownerUid: number | null): OwnedPath {
  chmodSync(path, 0o600)
  if (ownerUid !== null) chownSync(path, ownerUid, -1)
  const { dev, ino } = lstatSync(path)
  return { path, dev, ino }
}

/** Removes the socket unless somebody else has taken the path meanwhile. */
export function releaseIpcPath({ path, dev, ino }: OwnedPath): void {
  const stats = lookAt(path)
  if (stats?.dev === dev && stats.ino === ino) rmSync(path, { force: true })
}

function lookAt(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null
}
