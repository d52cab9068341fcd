import type { CircusOptions } from '../config/options.ts'
import {
  defaultEndpoints,
  prepareRuntimeDirectory,
  runtimeDirectories,
} from '../os/runtime-directory.ts'
import { findCredentials } from '../os/user.ts'
import type { Log } from './log.ts'

export interface Endpoints {
  readonly control: string
  readonly events: string
  readonly stats: string
}

/** A configured endpoint would let strangers in. */
export class OpenEndpointError extends Error {
  override readonly name = 'OpenEndpointError'
}

/**
 * The daemon's endpoints: those of the configuration, or sockets in a directory that only its user can enter, which is
 * created if it is needed. With `curve_server_key` and `authorized_keys` TCP endpoints are locked.
 * @throws {OpenEndpointError} If one is a TCP address without a lock that other machines can reach: whoever connects can run
 * programs here. Also if only half of the lock is configured, or an owner is given to a socket that cannot have one.
 * @throws {RuntimeDirectoryError} If the directory cannot be made or is not private.
 */
export function chooseEndpoints(
  circus: CircusOptions,
  environment: Readonly<Record<string, string | undefined>>,
  log: Log,
): Endpoints {
  const { endpoint, pubsubEndpoint, statsEndpoint } = circus
  refuseHalfLock(circus)
  refuseOwner(circus)
  const [directory] = runtimeDirectories(environment, process.getuid?.() ?? 0)
  if (endpoint === null || pubsubEndpoint === null) prepareRuntimeDirectory(directory)
  const byDefault = defaultEndpoints(directory)
  const endpoints = {
    control: endpoint ?? byDefault.control,
    events: pubsubEndpoint ?? byDefault.events,
    stats: statsEndpoint ?? byDefault.stats,
  }
  if (circus.curveServerKey !== null) return endpoints
  refuseOpen('endpoint', endpoints.control)
  refuseOpen('pubsub_endpoint', endpoints.events)
  refuseOpen('stats_endpoint', endpoints.stats)
  if (endpoints.control.startsWith('tcp:')) {
    const message = `endpoint ${endpoints.control} has no lock: every user of this machine can run programs as you; leave "endpoint" out for a private one`
    log('warning', message)
  }
  return endpoints
}

/**
 * The user to whom the control socket is given; null: nobody else.
 * @throws {UnknownAccountError} If there is no such user.
 */
export function endpointOwnerUid({
  endpointOwner,
}: Pick<CircusOptions, 'endpointOwner'>): number | null {
  return endpointOwner === null ? null : (findCredentials(endpointOwner, null)?.uid ?? null)
}

function refuseHalfLock({ curveServerKey, authorizedKeys }: CircusOptions): void {
  if ((curveServerKey === null) === (authorizedKeys === null)) return
  const [given, missing] =
    curveServerKey === null
      ? ['authorized_keys', 'curve_server_key']
      : ['curve_server_key', 'authorized_keys']
  throw new OpenEndpointError(`Cannot lock the endpoints: ${given} is given and ${missing} is not`)
}

/** The directory of the default endpoint lets nobody else in, so an owner of the socket alone could not reach it. */
function refuseOwner({ endpoint, endpointOwner }: CircusOptions): void {
  if (endpointOwner === null || endpoint?.startsWith('ipc://') === true) return
  throw new OpenEndpointError(
    `Cannot give the control endpoint to endpoint_owner = ${endpointOwner}: set endpoint to an ipc:// path in a directory that this user can enter`,
  )
}

function refuseOpen(option: string, endpoint: string): void {
  if (!endpoint.startsWith('tcp://')) return
  const host = endpoint.slice('tcp://'.length).replace(/:[^:]*$/, '')
  if (/^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(host)) return
  throw new OpenEndpointError(
    `Cannot use ${option} = ${endpoint}: other machines could reach it, and whoever does can run programs here; lock it with curve_server_key and authorized_keys (docs/security.md), or use a loopback or ipc address`,
  )
}
