import { isLiving } from '../../core/process-state.ts'
import type { Watcher } from '../../core/watcher-state.ts'
import { inquiry } from '../command.ts'
import { integerWord } from '../command-line.ts'
import { ERRNO } from '../errno.ts'
import { findWatcher } from '../find-watcher.ts'
import { infoLines } from '../info-line.ts'
import { flag, optionalText, type Properties } from '../properties.ts'
import { pythonRepr, pythonText } from '../python.ts'
import type { Finding, Question, Subject } from '../question.ts'
import { isRecord } from '../record.ts'
import { RequestError } from '../request-error.ts'

export interface StatsProperties {
  readonly name?: string
  /** A pid of that watcher. */
  readonly process?: number | string
  /** Whether the hook `extended_stats` may add to them; not without a name. Default false. */
  readonly extended?: boolean
}

type FindingsByPid = Readonly<Record<string, Finding>>

/** `infos` without a name; `name` and `info` with one; `process` and `info` for one process. */
export interface StatsReply {
  readonly infos?: Readonly<Record<string, FindingsByPid>>
  readonly name?: string
  readonly process?: number | string
  readonly info?: FindingsByPid | Finding
}

interface StatsRequest {
  readonly name: string | null
  readonly process: number | string | null
  readonly isExtended: boolean
}

/** `stats`: what processes use. Circus docs: commands/stats. */
export const stats = inquiry({
  name: 'stats',
  access: 'read',
  summary: 'Get process infos',
  words: ['[NAME]', '[PID]'],
  flags: [
    { name: 'extended', takes: null, summary: 'include what the hook extended_stats has to add' },
  ],
  properties: ({ words: [name, process], flags }) => ({
    name,
    process: process === undefined ? undefined : integerWord(process),
    ...(flags['extended'] === true ? { extended: true } : {}),
  }),
  parse: (properties): StatsRequest => ({
    name: optionalText(properties, 'name'),
    process: pidProperty(properties),
    isExtended: flag(properties, 'extended', false),
  }),
  ask: ({ name, process, isExtended }, view): Question => {
    if (name === null) return askOfAll(view.arbiter.watchers)
    const subjects = subjectsOf(findWatcher(view, name), isExtended)
    if (process === null) {
      return { subjects, answer: (findings) => ({ name, info: byPid(subjects, findings) }) }
    }
    const subject = subjects.find(({ pid }) => pid === Number(process))
    if (subject === undefined) {
      const reason = `process ${pythonRepr(process)} not found in ${pythonRepr(name)}`
      throw new RequestError(ERRNO.messageInvalid, reason)
    }
    return { subjects: [subject], answer: ([info]) => ({ process, info }) }
  },
  text: ({ infos, name, process, info }) => {
    if (isRecord(infos)) {
      const watchers = Object.entries(infos)
      return watchers.map(([watcher, its]) => watcherText(watcher, its)).join('\n')
    }
    if (name !== undefined) return watcherText(pythonText(name), info)
    return `${pythonText(process)}: ${infoLines(info, CHILD_INDENT).join('\n')}\n`
  },
})

const CHILD_INDENT = '   '

/** Circus takes a number and its digits. */
function pidProperty({ process }: Properties): number | string | null {
  if (process === undefined) return null
  if (typeof process === 'number' && Number.isSafeInteger(process)) return process
  if (typeof process === 'string' && /^\d+$/.test(process)) return process
  throw new RequestError(ERRNO.messageInvalid, "message invalid 'process' must be a pid")
}

function askOfAll(watchers: readonly Watcher[]): Question {
  const groups = watchers.map((watcher) => subjectsOf(watcher, false))
  return {
    subjects: groups.flat(),
    answer: (findings): StatsReply => {
      let next = 0
      const infos = watchers.map(({ policy }, index) => {
        const subjects = groups[index] ?? []
        const its = findings.slice(next, next + subjects.length)
        next += subjects.length
        return [policy.name, byPid(subjects, its)] as const
      })
      return { infos: Object.fromEntries(infos) }
    },
  }
}

/** Its processes which exist, oldest first. */
function subjectsOf({ policy, processes }: Watcher, isExtended: boolean): readonly Subject[] {
  return processes.flatMap((process) => {
    const { pid, startTime, wid, spawnedAt } = process
    if (pid === null || !isLiving(process)) return []
    return [{ pid, startTime, place: { watcher: policy.name, wid, spawnedAt, isExtended } }]
  })
}

function byPid(subjects: readonly Subject[], findings: readonly Finding[]): FindingsByPid {
  return Object.fromEntries(subjects.map(({ pid }, index) => [pid, findings[index] ?? '']))
}

function watcherText(name: string, info: unknown): string {
  const processes = isRecord(info) ? Object.entries(info) : []
  const lines = processes.map(([pid, finding]) => {
    return `${pid}: ${infoLines(finding, CHILD_INDENT).join('\n')}`
  })
  return [`${name}:`, ...lines].join('\n')
}
