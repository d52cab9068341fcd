import { isRecord } from '../../protocol/record.ts'

export interface WatcherFacts {
  readonly name: string
  readonly status: string
  /** Slots without a ready process. */
  readonly idle: number
  /** How many processes there are to be; a number unless the daemon is a strange one. */
  readonly wanted: unknown
  /** How many processes there are. */
  readonly numprocesses: number
}

/** How far a command on one watcher has come: `web: slots ready 3/8, 2 being replaced or drained`. */
export function watcherStep(facts: WatcherFacts): string {
  const { name, status, idle, wanted, numprocesses } = facts
  const processes = count(numprocesses, 'process', 'processes')
  if (status === 'stopping' || status === 'stopped') return `${name}: ${status}, ${processes} left`
  if (typeof wanted !== 'number') return `${name}: ${status}, ${processes}`
  const surplus = numprocesses - wanted
  const ready = `${name}: slots ready ${Math.max(0, wanted - idle)}/${wanted}`
  return surplus > 0 ? `${ready}, ${surplus} being replaced or drained` : ready
}

/** How far a command on many watchers has come: `8 watchers: 6 active, 2 stopping`. */
export function allWatchersStep(statuses: unknown): string {
  const states = isRecord(statuses) ? Object.values(statuses).map(String) : []
  const kinds = [...new Set(states)].toSorted()
  const counts = kinds.map((kind) => `${states.filter((state) => state === kind).length} ${kind}`)
  return `${count(states.length, 'watcher', 'watchers')}: ${counts.join(', ')}`
}

function count(many: number, one: string, more: string): string {
  return `${many} ${many === 1 ? one : more}`
}
