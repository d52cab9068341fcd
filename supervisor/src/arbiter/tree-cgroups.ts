import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ProcessRef } from '../core/effect.ts'
import { makeCgroup, moveToCgroup, removeCgroup } from '../os/cgroup.ts'
import { ownCgroup } from '../os/own-cgroup.ts'
import { descendants, isAlive, startTime } from '../os/procfs.ts'
import type { Log } from './log.ts'

/** Longest part of a cgroup's name which is the watcher's; the file system allows 255 bytes in all. */
const LONGEST_NAME = 100

/**
 * One cgroup per process of a watcher, below the daemon's own: `circusd-PID.STARTTIME/WATCHER-ID.PID`. As soon as one cannot be
 * made there are none any more: the log says so once, and everything works without.
 */
export class TreeCgroups {
  readonly #log: Log
  /** Undefined when there are no cgroups to be had. */
  #base: string | undefined
  /** Set when no more are made; those that exist go on. */
  #isRefused = false

  private constructor(base: string | undefined, log: Log) {
    this.#base = base
    this.#log = log
  }

  /** Also removes what circusds that were killed have left there, as far as it is empty. */
  static open(log: Log): TreeCgroups {
    const own = ownCgroup()
    if (own === undefined) return new TreeCgroups(undefined, log)
    removeLeftovers(own)
    const base = join(own, `circusd-${process.pid}.${startTime(process.pid)}`)
    const cgroups = new TreeCgroups(base, log)
    cgroups.#attempt(() => makeCgroup(base))
    return cgroups
  }

  /** Puts a process that was just spawned in a cgroup of its own; null if that cannot be. */
  add({ watcher, id }: ProcessRef, pid: number): string | null {
    const base = this.#base
    if (base === undefined || this.#isRefused) return null
    const name = watcher.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, LONGEST_NAME)
    // Names that differ in other characters only are kept apart by the pid.
    const path = join(base, `${name}-${id}.${pid}`)
    const isIn = this.#attempt(() => {
      makeCgroup(path)
      if (!moveToCgroup(path, pid)) return false
      // It runs already, and may have been quick.
      for (const descendant of descendants(pid)) moveToCgroup(path, descendant)
      return true
    })
    if (isIn === true) return path
    removeCgroup(path)
    return null
  }

  close(): void {
    if (this.#base !== undefined) removeCgroup(this.#base)
    this.#base = undefined
  }

  #attempt<Result>(act: () => Result): Result | undefined {
    try {
      return act()
    } catch (error) {
      this.#isRefused = true
      const why = error instanceof Error ? error.message : String(error)
      this.#log('info', `no cgroups for the processes, their trees are known without: ${why}`)
      return undefined
    }
  }
}

function removeLeftovers(own: string): void {
  for (const name of directoryEntries(own)) {
    const [, pid, startedAt] = /^circusd-(\d+)\.(\d+)$/.exec(name) ?? []
    if (pid === undefined || isAlive(Number(pid), Number(startedAt))) continue
    for (const group of directoryEntries(join(own, name))) {
      if (group.includes('-')) removeCgroup(join(own, name, group))
    }
    removeCgroup(join(own, name))
  }
}

function directoryEntries(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
  } catch {
    return [] // Removed meanwhile.
  }
}
