/**
 * Whether a process waits for connections on a socket, seen from outside: Linux' epoll probe (proc(5), epoll(7)).
 *
 * Guaranteed: the fdinfo of an epoll descriptor has a line `tfd:` for each descriptor it watches, with the inode behind it
 * (since Linux 4.13). So a server of any language which uses epoll is recognised, also when it works on a duplicate of the
 * inherited descriptor (Python's socket.fromfd makes one).
 * Not guaranteed: servers which accept with io_uring, select(2), poll(2) or a plain blocking accept(2) never show. Each
 * process is looked at alone: a parent which only forks workers (gunicorn) shows in its children. Other systems: false.
 */
import { readFileSync } from 'node:fs'
import { descriptorLinks } from './descriptor-links.ts'

const EPOLL_LINK = 'anon_inode:[eventpoll]'

/**
 * True if an epoll descriptor of the process watches one of the sockets.
 * @param inodes Of the sockets, see `Listener.inode`.
 */
export function listensOn(pid: number, inodes: readonly number[]): boolean {
  for (const [fd, link] of descriptorLinks(pid)) {
    if (link !== EPOLL_LINK) continue
    const watched = watchedInodes(readFdinfo(pid, fd))
    if (inodes.some((inode) => watched.has(inode))) return true
  }
  return false
}

/** Inodes behind the descriptors which an epoll descriptor watches, from the text of its fdinfo. */
export function watchedInodes(fdinfo: string): ReadonlySet<number> {
  const lines = fdinfo.matchAll(/^tfd:.*\bino:([0-9a-f]+)/gm)
  return new Set([...lines].map(([, inode = '']) => Number.parseInt(inode, 16)))
}

function readFdinfo(pid: number, fd: number): string {
  try {
    return readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8')
  } catch {
    return '' // Closed since, or the process is gone.
  }
}
