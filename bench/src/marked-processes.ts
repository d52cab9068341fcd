import { readFileSync } from 'node:fs'
import { allPids, isAlive, startTime } from '../../supervisor/dist/os/procfs.js'

/** Longest time which killed processes may take to vanish, in ms; they hold no lock and no disk. */
const KILL_TIMEOUT_MS = 5_000

/**
 * Kills all processes which have `NAME=value` in the environment they were started with, and waits until they are gone.
 * Whoever starts a new one meanwhile is killed in the same pass, so that the last pass finds none.
 * Synchronous, since it must work while we exit; Linux only (/proc/PID/environ).
 * @throws {Error} If some are alive after five seconds.
 */
export function killMarked(name: string, value: string): void {
  const giveUpAt = performance.now() + KILL_TIMEOUT_MS
  for (;;) {
    const alive = markedPids(`${name}=${value}`)
    if (alive.length === 0) return
    if (performance.now() > giveUpAt) throw new Error(`Cannot kill processes ${alive.join(', ')}`)
    for (const pid of alive) kill(pid)
  }
}

function markedPids(mark: string): readonly number[] {
  return allPids().filter((pid) => {
    const startedAt = startTime(pid)
    return startedAt !== undefined && hasInEnvironment(pid, mark) && isAlive(pid, startedAt)
  })
}

function hasInEnvironment(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark)
  } catch {
    return false // Gone, or somebody else's.
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone between the look and the kill.
  }
}
