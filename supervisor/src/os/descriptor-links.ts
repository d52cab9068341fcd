/**
 * What the descriptors of a process are (proc(5): /proc/PID/fd).
 *
 * Guaranteed: the link of a socket reads `socket:[INODE]`, and the inode is the same in every process which holds it.
 * Not guaranteed: we may look only into processes of our own user (ptrace access check); others look empty.
 */
import { readdirSync, readlinkSync } from 'node:fs'

/** Descriptor numbers of a process with what each one is: a path, `socket:[INODE]`, `pipe:[INODE]`, `anon_inode:[NAME]`. */
export function descriptorLinks(pid: number): ReadonlyMap<number, string> {
  const directory = `/proc/${pid}/fd`
  const links = new Map<number, string>()
  for (const fd of list(directory)) {
    try {
      links.set(Number(fd), readlinkSync(`${directory}/${fd}`))
    } catch {
      // Closed since the directory was read.
    }
  }
  return links
}

function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return [] // The process is gone, belongs to somebody else, or there is no /proc.
  }
}
