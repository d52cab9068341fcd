import type { Server } from 'node:net'

/** The address of a listening server for people. Node does not know the `path` of an inherited unix socket. */
export function addressOf(server: Server, path: string | undefined): string {
  const address = server.address()
  if (address === null || typeof address === 'string') return path ?? 'a unix socket'
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `${host}:${address.port}`
}
