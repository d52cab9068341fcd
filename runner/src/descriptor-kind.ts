import { constants, fstatSync, type Stats } from 'node:fs'

export type DescriptorKind =
  | 'socket'
  | 'pipe'
  | 'file'
  | 'directory'
  | 'device'
  /** Not handed down. Node may be using the number itself: it opens about 15 descriptors before any script runs. */
  | 'closed'

/** What an inherited descriptor is (fstat(2)). A number that Node has taken for itself counts as closed. */
export function descriptorKind(fd: number): DescriptorKind {
  const stats = statusOf(fd)
  if (!stats) return 'closed'
  if (stats.isSocket()) return 'socket'
  if (stats.isFIFO()) return isOwnPipe(fd, stats) ? 'closed' : 'pipe'
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'directory'
  // Descriptors for epoll, eventfd and io_uring have no file type at all.
  return (stats.mode & constants.S_IFMT) === 0 ? 'closed' : 'device'
}

/** Node's own descriptors take the lowest free numbers; they are looked for up to here. */
const OWN_DESCRIPTORS = 64

// libuv wakes itself up through pipes of which it holds both ends. Of an inherited pipe the other end is elsewhere.
function isOwnPipe(fd: number, stats: Stats): boolean {
  for (let other = 3; other < OWN_DESCRIPTORS; other++) {
    if (other !== fd && statusOf(other)?.ino === stats.ino) return true
  }
  return false
}

function statusOf(fd: number): Stats | undefined {
  try {
    return fstatSync(fd)
  } catch {
    return undefined // EBADF: nothing has this number.
  }
}
