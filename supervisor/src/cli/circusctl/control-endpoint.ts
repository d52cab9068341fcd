import { findEndpoint, type FoundEndpoint } from './find-endpoint.ts'
import type { Session } from './session.ts'

/** Where the requests of this run go. */
export async function controlEndpoint({
  tunnel,
  endpoint,
}: Pick<Session, 'tunnel' | 'endpoint'>): Promise<FoundEndpoint> {
  if (tunnel !== null) return { endpoint: tunnel.control, missed: [], shownAs: tunnel.remote }
  return findEndpoint(endpoint, process.env, process.getuid?.() ?? -1)
}
