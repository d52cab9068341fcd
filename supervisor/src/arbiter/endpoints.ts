import type { CircusOptions } from '../config/options.ts'
import {
  defaultEndpoints,
  prepareRuntimeDirectory,
  runtimeDirectories,
} from '../os/runtime-directory.ts'
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
 * created if it is needed.
 * @throws {OpenEndpointError} If one is a TCP address that other machines can reach: whoever connects can run programs here.
 * @throws {RuntimeDirectoryError} If the directory cannot be made or is not private.
 */
export function chooseEndpoints(
  { endpoint, pubsubEndpoint, statsEndpoint }: CircusOptions,
  environment: Readonly<Record<string, string | undefined>>,
  log: Log,
): Endpoints {
  const [directory] = runtimeDirectories(environment, process.getuid?.() ?? 0)
  if (endpoint === null || pubsubEndpoint === null) prepareRuntimeDirectory(directory)
  const byDefault = defaultEndpoints(directory)
  const endpoints = {
    control: endpoint ?? byDefault.control,
    events: pubsubEndpoint ?? byDefault.events,
    stats: statsEndpoint ?? byDefault.stats,
  }
  refuseOpen('endpoint', endpoints.control)
  refuseOpen('pubsub_endpoint', endpoints.events)
  if (endpoints.control.startsWith('tcp:')) {
    const message = `endpoint ${endpoints.control} has no lock: every user of this machine can run programs as you; leave "endpoint" out for a private one`
    log('warning', message)
  }
  return endpoints
}

function refuseOpen(option: string, endpoint: string): void {
  if (!endpoint.startsWith('tcp://')) return
  const host = endpoint.slice('tcp://'.length).replace(/:[^:]*$/, '')
  if (/^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(host)) return
  throw new OpenEndpointError(
    `Cannot use ${option} = ${endpoint}: other machines could reach it, and whoever does can run programs here; use a loopback or ipc address`,
  )
}
