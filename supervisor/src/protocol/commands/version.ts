import { query } from '../command.ts'
import { pythonText } from '../python.ts'

/** Counts up when a client of before would misread a reply or an event. 1 is what Circus 0.19 speaks, and additions. */
export const PROTOCOL_VERSION = 1

export interface VersionReply {
  /** Of circusd. */
  readonly version: string
  readonly protocol: number
  /** The version of Node which circusd runs on, without the `v`. */
  readonly node: string
  /** Of circusd. */
  readonly pid: number
}

/** `version`: which circusd answers. Ours. */
export const version = query({
  name: 'version',
  access: 'read',
  summary: 'Get the version of circusd, its protocol and its Node',
  words: [],
  flags: [],
  properties: () => ({}),
  parse: () => null,
  answer: (_request, { daemon }): VersionReply => ({
    version: daemon.version,
    protocol: PROTOCOL_VERSION,
    node: daemon.node,
    pid: daemon.pid,
  }),
  text: (reply) => {
    const fields = ['version', 'protocol', 'node', 'pid'] as const
    return fields.map((field) => `${field}: ${pythonText(reply[field])}`).join('\n')
  },
})
