/**
 * What a process uses, where there is no /proc. The only importer of pidusage, which asks ps(1).
 *
 * Guaranteed: memory, CPU time and age, the age in whole seconds.
 * Not guaranteed: anything else. ps(1) is a program of its own, so that a look takes some milliseconds; nothing waits for it.
 */
import { createRequire } from 'node:module'
import type { ProcessUsage } from './process-usage.ts'

/** What we take of pidusage, which has no types. Times are in ms. */
interface Measured {
  readonly memory: number
  readonly ctime: number
  readonly elapsed: number
  readonly timestamp: number
}
type Measure = (pid: number, options: { readonly usePs: boolean }) => Promise<Measured>

/** undefined if there is no such process, or ps(1) cannot be run. */
export async function portableUsage(pid: number): Promise<ProcessUsage | undefined> {
  try {
    // Loaded when it is used: on Linux it never is.
    const measure: Measure = createRequire(import.meta.url)('pidusage')
    const { memory, ctime, elapsed, timestamp } = await measure(pid, { usePs: true })
    const cpuSeconds = ctime / 1_000
    return {
      pid,
      startTime: null,
      isZombie: false,
      threads: 1,
      residentBytes: memory,
      virtualBytes: null,
      cpuSeconds,
      familyCpuSeconds: cpuSeconds,
      nice: null,
      uid: null,
      createdAt: (timestamp - elapsed) / 1_000,
      command: null,
    }
  } catch {
    // pidusage rejects for a process that is gone; there is nothing else to tell of one we cannot see.
    return undefined
  }
}
