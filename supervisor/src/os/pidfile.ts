/**
 * The file by which scripts find a daemon.
 *
 * Guaranteed: it is written whole (rename(2)) and removed only while it still holds our pid.
 * Not guaranteed: that its pid means us when we were killed: the next daemon looks whether that process lives, and the
 * kernel may have given the pid to another program meanwhile. Two daemons that start at the same instant may both see
 * nobody; the endpoint which both want decides then.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { errorCode, toSystemError } from './system-error.ts'
import { sendSignal } from './signal.ts'

/** Another living process stands in the pidfile. */
export class PidfileInUseError extends Error {
  override readonly name = 'PidfileInUseError'
}

/**
 * Writes our pid. A file which is left of a process that is gone, or holds no pid, is replaced.
 * @returns what removes it again
 * @throws {PidfileInUseError} If the process it names lives.
 * @throws {SystemError} ENOENT (no such directory), EACCES, ...
 */
export function createPidfile(path: string): () => void {
  const holder = readPid(path)
  if (holder !== undefined && holder !== process.pid && isAlive(holder)) {
    throw new PidfileInUseError(
      `Cannot write the pidfile ${path}: it names process ${holder}, which is alive`,
    )
  }
  const fresh = `${path}.${process.pid}`
  try {
    writeFileSync(fresh, `${process.pid}\n`, { mode: 0o644 })
    renameSync(fresh, path)
  } catch (error) {
    throw toSystemError(error, `write the pidfile ${path}`)
  }
  return () => {
    if (readPid(path) === process.pid) rmSync(path, { force: true })
  }
}

function readPid(path: string): number | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim()
    return /^[1-9]\d*$/.test(text) ? Number(text) : undefined
  } catch {
    return undefined // No file is no holder; what else is wrong shows when it is written.
  }
}

function isAlive(pid: number): boolean {
  if (pid <= 1) return false
  try {
    return sendSignal(pid, 0) === 'sent'
  } catch (error) {
    return errorCode(error) === 'EPERM' // Somebody else's process is a process.
  }
}
