import type { Bulk } from '../core/arbiter-state.ts'
import type { JobId, RunningJob } from '../core/job.ts'
import type { Watcher } from '../core/watcher-state.ts'
import { isRecord } from './record.ts'
import { slotReports } from './slot-report.ts'
import type { ArbiterView, OpenJob } from './view.ts'

/** A job that has not ended. */
export interface JobReport {
  readonly id: JobId
  /** The command it was begun by. */
  readonly command: string
  /** null: it is about several watchers, or about circusd. */
  readonly watcher: string | null
  /** What it does now, such as `queued`, `stopping`, `starting`, `replacing`, `draining`. */
  readonly step: string
  /** Seconds since it was asked for. */
  readonly since: number
  /** For people; null: for nothing that can be told. */
  readonly waiting_for: string | null
}

type Doing = Pick<JobReport, 'watcher' | 'step' | 'waiting_for'>

export function describeJob({ id, command, ageMs }: OpenJob, view: ArbiterView): JobReport {
  return { id, command, ...doingOf(id, view), since: Math.round(ageMs) / 1_000 }
}

/** For people: `17 reload web: replacing for 2.1 s, waits for slot 2`. */
export function jobLine({ id, command, watcher, step, since, waiting_for }: JobReport): string {
  const what = watcher === null ? command : `${command} ${watcher}`
  const why = waiting_for === null ? '' : `, waits for ${waiting_for}`
  return `${id} ${what}: ${step} for ${since.toFixed(1)} s${why}`
}

/** Whether what came over the wire is what `describeJob` gives. */
export function isJobReport(value: unknown): value is JobReport {
  if (!isRecord(value)) return false
  const { id, command, watcher, step, since, waiting_for } = value
  if (typeof id !== 'string' || typeof command !== 'string' || typeof step !== 'string')
    return false
  if (typeof since !== 'number') return false
  return [watcher, waiting_for].every((one) => one === null || typeof one === 'string')
}

function doingOf(id: JobId, view: ArbiterView): Doing {
  const { watchers, bulks, renewal, quitJobs } = view.arbiter
  if (renewal?.job === id)
    return { watcher: null, step: renewal.step, waiting_for: bulkOf(id, bulks) }
  const bulk = bulks.find(({ command }) => command.job === id)
  if (bulk !== undefined) {
    return { watcher: null, step: STEPS[bulk.step], waiting_for: partsOf(bulk) }
  }
  for (const watcher of watchers) {
    const doing = doingIn(watcher, id, view)
    if (doing !== undefined) return doing
  }
  if (quitJobs.includes(id)) return { watcher: null, step: 'stopping', waiting_for: null }
  // A job of the daemon itself has parts that are jobs: 17.1, 17.2.
  const parts = watchers.filter(({ running, queue }) =>
    [running?.job, ...queue].some((job) => job?.id.startsWith(`${id}.`)),
  )
  const names = parts.map(({ policy }) => policy.name).join(', ')
  return { watcher: null, step: 'running', waiting_for: names === '' ? null : names }
}

const STEPS: Record<Bulk['step'], string> = {
  stop: 'stopping',
  start: 'starting',
  reload: 'replacing',
}

function bulkOf(id: JobId, bulks: readonly Bulk[]): string | null {
  const bulk = bulks.find(({ command }) => command.job === id)
  return bulk === undefined ? null : partsOf(bulk)
}

function partsOf({ open, waiting }: Bulk): string | null {
  const now = open.join(', ')
  const later = waiting.length === 0 ? '' : `then ${waiting.join(', ')}`
  const both = [now, later].filter((part) => part !== '').join('; ')
  return both === '' ? null : both
}

function doingIn(watcher: Watcher, id: JobId, view: ArbiterView): Doing | undefined {
  const { policy, running, queue, kills, processes } = watcher
  const { name } = policy
  if (running?.job.id === id) {
    return { watcher: name, step: running.step, waiting_for: awaited(watcher, running, view) }
  }
  if (queue.some((job) => job.id === id)) {
    const ahead = running === null ? null : `job ${running.job.id} (${running.job.kind})`
    return { watcher: name, step: 'queued', waiting_for: ahead }
  }
  const kill = kills.find(({ job }) => job === id)
  if (kill === undefined) return undefined
  const pids = processes.filter((one) => kill.processes.includes(one.id)).map(({ pid }) => pid)
  return { watcher: name, step: 'stopping', waiting_for: nouns('process', pids.map(String)) }
}

function awaited(watcher: Watcher, running: RunningJob, view: ArbiterView): string | null {
  const leaving = watcher.processes
    .filter(({ want }) => want !== 'up')
    .map(({ pid }) => String(pid))
  switch (running.step) {
    case 'stopping':
    case 'draining':
      return nouns('process', leaving)
    case 'starting': {
      const slots = slotReports(watcher, view.now).map(({ wid }) => String(wid))
      return nouns('slot', slots)
    }
    case 'replacing': {
      const old = watcher.processes.filter(
        ({ want, generation }) => want === 'up' && generation < running.generation,
      )
      return nouns(
        'the successor of process',
        old.map(({ pid }) => String(pid)),
      )
    }
  }
}

function nouns(noun: string, ones: readonly string[]): string | null {
  return ones.length === 0 ? null : `${noun} ${ones.join(', ')}`
}
