/**
 * Who listens on a TCP port (proc(5): /proc/net/tcp, tcp6).
 *
 * Guaranteed: every listening socket of our network namespace is listed with its inode.
 * Not guaranteed: its process can be found: descriptors of another user's processes are hidden from us unless we are root,
 * and a socket which is bound but does not listen is not listed. Other systems than Linux tell nothing.
 */
import { readFileSync } from 'node:fs'
import { descriptorLinks } from './descriptor-links.ts'
import { allPids, commandLine } from './procfs.ts'

/** A process which holds a listening socket. */
export interface PortHolder {
  readonly pid: number
  /** Its arguments, joined by spaces. */
  readonly command: string
}

/** TCP_LISTEN of the kernel's tcp_states.h, as /proc/net/tcp prints it. */
const LISTENING = '0A'

/** A process which listens on the port, on any address; undefined if there is none or the system does not tell. */
export function holderOfPort(port: number): PortHolder | undefined {
  const tables = [readTable('/proc/net/tcp'), readTable('/proc/net/tcp6')]
  const inodes = tables.flatMap((table) => listeningInodes(table, port))
  const links = new Set(inodes.map((inode) => `socket:[${inode}]`))
  if (links.size === 0) return undefined
  for (const pid of allPids()) {
    if (![...descriptorLinks(pid).values()].some((link) => links.has(link))) continue
    return { pid, command: commandLine(pid)?.join(' ') ?? '' }
  }
  return undefined
}

/** Inodes of the listening sockets at `port` in a table of the form of /proc/net/tcp. */
export function listeningInodes(table: string, port: number): readonly number[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(suffix) && state === LISTENING)
    .map((fields) => Number(fields[9]))
}

function readTable(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // No /proc, or no IPv6 in this kernel.
  }
}
