import type { SocketOptions } from '../config/options.ts'
import { resolveHost } from '../os/resolve-host.ts'
import type { SocketFamily } from '../os/socket-address.ts'
import { openListener, type Listener, type SocketSpec } from '../os/socket.ts'

/** All managed sockets, by name. They live as long as the daemon, whatever becomes of the processes. */
export type Sockets = ReadonlyMap<string, Listener>

/** A socket of the configuration cannot be made; the message names it and says why. */
export class SocketError extends Error {
  override readonly name = 'SocketError'
}

/**
 * Binds all sockets, or none.
 * @throws {SocketError}
 */
export async function openSockets(all: readonly SocketOptions[]): Promise<Sockets> {
  const specs = await Promise.all(all.map(toSpec))
  const sockets = new Map<string, Listener>()
  try {
    for (const spec of specs) sockets.set(spec.name, open(spec))
  } catch (error) {
    closeSockets(sockets)
    throw error
  }
  return sockets
}

/** Closes all of them; connections that nobody has accepted are refused by the kernel from now on. */
export function closeSockets(sockets: Sockets): void {
  for (const socket of sockets.values()) socket.close()
}

function open(spec: SocketSpec): Listener {
  try {
    return openListener(spec)
  } catch (error) {
    throw refusal(spec.name, error)
  }
}

async function toSpec(options: SocketOptions): Promise<SocketSpec> {
  const { name, port, umask, replace, backlog, blocking } = options
  const family = FAMILIES[options.family]
  const common = { name, family, port, umask: umask ?? undefined, replace, backlog, blocking }
  if (family === 'unix') return { ...common, host: '', path: options.path ?? '' }
  try {
    return { ...common, host: await resolveHost(options.host, family), path: '' }
  } catch (error) {
    throw refusal(name, error)
  }
}

const FAMILIES: Record<SocketOptions['family'], SocketFamily> = {
  AF_INET: 'inet',
  AF_INET6: 'inet6',
  AF_UNIX: 'unix',
}

function refusal(name: string, cause: unknown): SocketError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new SocketError(`socket "${name}": ${why}`, { cause })
}
