import type { Arbiter } from '../core/arbiter-state.ts'
import { pidsOf } from '../core/watcher-state.ts'

/** What the daemon does, in a few words for `systemctl status`: "2 of 3 watchers active, 5 processes". */
export function statusLine({ is, watchers }: Arbiter): string {
  const active = watchers.filter((watcher) => watcher.is === 'active').length
  const processes = watchers.reduce((sum, watcher) => sum + pidsOf(watcher).length, 0)
  if (is !== 'running') return `Stopping: ${processes} ${nouns(processes)} left`
  return `${active} of ${watchers.length} watchers active, ${processes} ${nouns(processes)}`
}

function nouns(count: number): string {
  return count === 1 ? 'process' : 'processes'
}
