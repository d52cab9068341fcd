import type { SocketOptions } from '../config/options.ts'
import { adoptListener, closeInherited, type InheritedSocket } from '../os/inherited-sockets.ts'
import { resolveHost } from '../os/resolve-host.ts'
import type { SocketFamily } from '../os/socket-address.ts'
import { openListener, type Listener, type SocketSpec } from '../os/socket.ts'
import type { Log } from './log.ts'

/** All managed sockets, by name. They live as long as the daemon, whatever becomes of the processes. */
export type Sockets = ReadonlyMap<string, Listener>

/** A socket of the configuration cannot be made; the message names it and says why. */
export class SocketError extends Error {
  override readonly name = 'SocketError'
}

/**
 * Binds all sockets, or none. One that the service manager has passed under its name is taken in place of being bound;
 * what it has passed under other names is closed.
 * @throws {SocketError}
 */
export async function openSockets(
  all: readonly SocketOptions[],
  inherited: readonly InheritedSocket[],
  log: Log,
): Promise<Sockets> {
  const passed = sortOut(inherited, all, log)
  const sockets = new Map<string, Listener>()
  try {
    const specs = await Promise.all(all.map((one) => toSpec(one, passed.has(one.name))))
    for (const spec of specs) sockets.set(spec.name, open(spec, passed.get(spec.name), log))
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

/** By name, those which the configuration wants. */
function sortOut(
  inherited: readonly InheritedSocket[],
  all: readonly SocketOptions[],
  log: Log,
): ReadonlyMap<string, InheritedSocket> {
  const wanted = new Set(all.map(({ name }) => name))
  const passed = new Map<string, InheritedSocket>()
  for (const socket of inherited) {
    const { fd, name } = socket
    if (wanted.has(name) && !passed.has(name)) {
      passed.set(name, socket)
      continue
    }
    const why = wanted.has(name) ? 'it is the second of this name' : `there is no [socket:${name}]`
    log('warning', `descriptor ${fd}, passed to circusd as "${name}", is not used: ${why}`)
    closeInherited(socket)
  }
  return passed
}

function open(spec: SocketSpec, passed: InheritedSocket | undefined, log: Log): Listener {
  try {
    if (passed === undefined) return openListener(spec)
    const listener = adoptListener(passed, spec)
    const { host, port, path } = listener
    const where = path === '' ? `${host}:${port}` : path
    log('info', `socket "${spec.name}" was passed to circusd: descriptor ${passed.fd}, ${where}`)
    return listener
  } catch (error) {
    throw refusal(spec.name, error)
  }
}

/** @param isPassed The address is not ours to choose, so no host is looked up. */
async function toSpec(options: SocketOptions, isPassed: boolean): Promise<SocketSpec> {
  const { name, port, umask, replace, backlog, blocking } = options
  const family = FAMILIES[options.family]
  const common = { name, family, port, umask: umask ?? undefined, replace, backlog, blocking }
  if (family === 'unix') return { ...common, host: '', path: options.path ?? '' }
  if (isPassed) return { ...common, host: options.host, path: '' }
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
