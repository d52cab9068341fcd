import type { Milliseconds } from '../core/policy.ts'

/**
 * Shortest time over which a share of CPU time is taken, in ms. CPU time counts in ticks of 10 ms, so that over a shorter time a
 * single tick would look like a busy processor: who asks earlier gets the last answer again.
 */
const MIN_SPAN_MS = 100

/** Processes of ours that are remembered, more than any machine runs: one may end while it is looked at, and nobody forgets it then. */
const MAX_FAMILIES = 10_000

/** What is compared: CPU time so far of one process. */
export interface CpuReading {
  readonly pid: number
  /** In clock ticks since boot; null if the system does not tell. */
  readonly startTime: number | null
  readonly cpuSeconds: number
}

interface Baseline {
  readonly startTime: number | null
  readonly cpuSeconds: number
  readonly at: Milliseconds
  readonly percent: number
}

/**
 * How busy processes are, in percent of one processor since the last time somebody asked. It is remembered by process of ours,
 * with the children that it had when it was looked at last, until the process ends.
 */
export class CpuMeter {
  readonly #families = new Map<number, ReadonlyMap<number, Baseline>>()

  /**
   * The shares of a process of ours and of its children: 0 for one that is seen for the first time.
   * @param readings The process itself first.
   * @param now On any clock that never goes back.
   */
  percents(readings: readonly CpuReading[], now: Milliseconds): readonly number[] {
    const owner = readings[0]?.pid
    if (owner === undefined) return []
    const before = this.#families.get(owner)
    const family = readings.map((reading) => {
      return [reading.pid, measure(before?.get(reading.pid), reading, now)] as const
    })
    // The end of the map is for who was looked at last.
    this.#families.delete(owner)
    this.#families.set(owner, new Map(family))
    this.#dropOldest()
    return family.map(([, { percent }]) => percent)
  }

  /** A process of ours has ended. */
  forget(pid: number): void {
    this.#families.delete(pid)
  }

  #dropOldest(): void {
    if (this.#families.size <= MAX_FAMILIES) return
    const [oldest] = this.#families.keys()
    if (oldest !== undefined) this.#families.delete(oldest)
  }
}

function measure(
  before: Baseline | undefined,
  { startTime, cpuSeconds }: CpuReading,
  now: Milliseconds,
): Baseline {
  if (before === undefined || before.startTime !== startTime) {
    return { startTime, cpuSeconds, at: now, percent: 0 }
  }
  if (now - before.at < MIN_SPAN_MS) return before
  const share = (cpuSeconds - before.cpuSeconds) / ((now - before.at) / 1_000)
  return { startTime, cpuSeconds, at: now, percent: Math.max(0, share * 100) }
}
