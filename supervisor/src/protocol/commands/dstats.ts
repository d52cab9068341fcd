import { inquiry } from '../command.ts'
import { infoLines } from '../info-line.ts'
import type { Finding } from '../question.ts'

export interface DstatsReply {
  /** circusd; its children, which are the processes of watchers, are left out. */
  readonly info: Finding
}

/** `dstats`: what circusd itself uses. Circus docs: commands/dstats. */
export const dstats = inquiry({
  name: 'dstats',
  access: 'read',
  summary: 'Get circusd stats',
  words: [],
  flags: [],
  properties: () => ({}),
  parse: () => null,
  ask: (_request, { daemon }) => ({
    subjects: [{ pid: daemon.pid, startTime: null, place: null }],
    answer: ([info = '']): DstatsReply => ({ info }),
  }),
  text: ({ info }) => `Main Process:\n    ${infoLines(info, '    ').join('\n')}\n`,
})
