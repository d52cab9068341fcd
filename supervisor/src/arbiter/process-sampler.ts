import { totalmem } from 'node:os'
import { monotonicNow, wallNow } from '../os/clock.ts'
import { portableUsage } from '../os/portable-usage.ts'
import { processUsage, type ProcessUsage } from '../os/process-usage.ts'
import { children } from '../os/procfs.ts'
import { findUserName } from '../os/user.ts'
import {
  NO_SUCH_PROCESS,
  processInfo,
  type ProcessInfo,
  type ProcessSample,
} from '../protocol/process-info.ts'
import type { Finding, Place, Subject } from '../protocol/question.ts'
import { CpuMeter } from './cpu-meter.ts'
import { TurnBudget } from './turn-budget.ts'

/** Children of one process that are looked at. Circus has no limit; a process that forks without end must not fill the reply. */
export const MAX_CHILDREN_SHOWN = 1_000

/** Looks at processes for `stats` and `dstats`, without holding up anything else. */
export class ProcessSampler {
  readonly #budget = new TurnBudget(monotonicNow)
  readonly #cpu = new CpuMeter()
  readonly #userNames = new Map<number, string>()
  readonly #totalBytes = totalmem()

  /** One finding, never a rejection: a process that has gone is told by Circus' words. */
  async look(subject: Subject): Promise<Finding> {
    const usage = await this.#usageOf(subject.pid)
    if (usage === undefined || isAnother(usage, subject)) return NO_SUCH_PROCESS
    const family = subject.place === null ? [] : await this.#childrenOf(usage)
    const percents = this.#cpu.percents([usage, ...family], monotonicNow())
    const [own, ...others] = [usage, ...family].map((one, index) => {
      return this.#sampleOf(one, percents[index] ?? 0)
    })
    if (own === undefined) return NO_SUCH_PROCESS
    const at = { time: wallNow() / 1_000, totalBytes: this.#totalBytes }
    const info = processInfo(
      own,
      at,
      others.map((child) => processInfo(child, at)),
    )
    return subject.place === null ? info : placed(info, subject.place, at.time)
  }

  /** A process of ours has ended. */
  forget(pid: number): void {
    this.#cpu.forget(pid)
  }

  async #childrenOf({ pid, threads }: ProcessUsage): Promise<readonly ProcessUsage[]> {
    const found: ProcessUsage[] = []
    for (const child of children(pid, threads).slice(0, MAX_CHILDREN_SHOWN)) {
      const usage = await this.#usageOf(child)
      if (usage !== undefined) found.push(usage)
    }
    return found
  }

  async #usageOf(pid: number): Promise<ProcessUsage | undefined> {
    if (process.platform !== 'linux') return portableUsage(pid)
    return this.#budget.do(() => processUsage(pid))
  }

  #sampleOf(usage: ProcessUsage, cpuPercent: number): ProcessSample {
    return {
      ...usage,
      cpuPercent,
      cpuSeconds: usage.familyCpuSeconds,
      username: usage.uid === null ? null : this.#userName(usage.uid),
    }
  }

  /** Names are kept as long as circusd runs: looking one up may ask a directory on the network. */
  #userName(uid: number): string {
    const known = this.#userNames.get(uid)
    if (known !== undefined) return known
    const name = findUserName(uid) ?? String(uid)
    this.#userNames.set(uid, name)
    return name
  }
}

/** Whether the pid was given to another process meanwhile. */
function isAnother({ startTime }: ProcessUsage, expected: Subject): boolean {
  return expected.startTime !== null && startTime !== null && startTime !== expected.startTime
}

/** Circus: `info` of process.py. The age of a process of ours is counted from its spawn. */
function placed(info: ProcessInfo, { wid, spawnedAt }: Place, time: number): ProcessInfo {
  const age = Math.max(0, (monotonicNow() - spawnedAt) / 1_000)
  return { ...info, age, started: time - age, wid }
}
