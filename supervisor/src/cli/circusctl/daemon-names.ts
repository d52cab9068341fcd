import { connect } from '../../client/client.ts'
import type { Properties } from '../../protocol/properties.ts'
import { isRecord } from '../../protocol/record.ts'
import type { ReplyFields } from '../../protocol/reply.ts'
import type { NameSource } from './completion.ts'
import { controlEndpoint } from './control-endpoint.ts'
import type { Session } from './session.ts'

/** Longest time that a TAB may take, in ms. */
const COMPLETION_MS = 500

/** Asks circusd, for completion: silent and short when it does not answer. */
export function daemonNames(session: Pick<Session, 'tunnel' | 'endpoint' | 'keys'>): NameSource {
  const ask = async (command: string, properties: Properties): Promise<ReplyFields> => {
    try {
      const { endpoint } = await controlEndpoint(session)
      const client = connect({ endpoint, timeoutMs: COMPLETION_MS, keys: session.keys })
      try {
        return await client.call(command, properties)
      } finally {
        client.close()
      }
    } catch {
      // Nobody there, or nobody who knows: then there is nothing to propose.
      return {}
    }
  }
  return {
    watchers: async () => keys((await ask('status', {}))['statuses']),
    options: async (name) => keys((await ask('options', { name }))['options']),
    globalOptions: async () => keys((await ask('globaloptions', {}))['options']),
    pids: async (name) => list((await ask('list', { name }))['pids']).map(String),
    jobs: async () => list((await ask('jobs', {}))['jobs']).flatMap(jobId),
  }
}

function keys(value: unknown): readonly string[] {
  return isRecord(value) ? Object.keys(value).toSorted() : []
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function jobId(job: unknown): readonly string[] {
  const id = isRecord(job) ? (job['id'] ?? job['job']) : job
  return typeof id === 'string' || typeof id === 'number' ? [String(id)] : []
}
