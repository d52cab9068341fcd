import { readFileSync } from 'node:fs'

/** Longest wait for a new child, in ms. */
const TIMEOUT_MS = 10_000

/**
 * Kills the only child of a process with SIGKILL and gives the time until it has another one, in ms.
 *
 * Looks without a pause, and so blocks: a pause would be longer than what is measured. Sees children of the main thread
 * only, where Node forks; one look takes about 10 microseconds (proc(5): /proc/PID/task/TID/children).
 * @throws {Error} If the process has not exactly one child, or has no new one after 10 s.
 */
export function timeToNewChild(parentPid: number): number {
  const file = `/proc/${parentPid}/task/${parentPid}/children`
  const [victim, ...others] = readPids(file)
  if (victim === undefined || others.length > 0) {
    throw new Error(`Cannot choose a child of ${parentPid}: it has ${readPids(file).length}`)
  }
  const killedAt = performance.now()
  process.kill(victim, 'SIGKILL')
  for (;;) {
    const sinceMs = performance.now() - killedAt
    if (readPids(file).some((pid) => pid !== victim)) return sinceMs
    if (sinceMs > TIMEOUT_MS) throw new Error(`Cannot wait longer for a child of ${parentPid}`)
  }
}

function readPids(file: string): readonly number[] {
  return readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number)
}
