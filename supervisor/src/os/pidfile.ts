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
import { commandLine } from './procfs.ts'
import { sendSignal } from './signal.ts'

/** The pidfile cannot be written: its directory is missing, we may not, ... */
export class PidfileError extends Error {
  override readonly name: string = 'PidfileError'
}

/** Another living process stands in the pidfile. */
export class PidfileInUseError extends PidfileError {
  override readonly name = 'PidfileInUseError'
  readonly path: string
  readonly holder: number

  constructor(path: string, holder: number) {
    const command = commandLine(holder)?.join(' ').trim()
    const who = command ? `process ${holder} (${command})` : `process ${holder}`
    super(`Cannot write the pidfile ${path}: it names ${who}, which is alive`)
    this.path = path
    this.holder = holder
  }
}

/**
 * Writes our pid. A file which is left of a process that is gone, or holds no pid, is replaced.
 * @returns what removes it again, if it still holds our pid. It never throws.
 * @throws {PidfileInUseError} If the process it names lives.
 * @throws {PidfileError} For everything else.
 */
export function createPidfile(path: string): () => void {
  const holder = readPid(path)
  if (holder !== undefined && holder !== process.pid && isAlive(holder)) {
    throw new PidfileInUseError(path, holder)
  }
  try {
    replaceFile(path, `${process.pid}\n`)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new PidfileError(why, { cause })
  }
  return () => {
    if (readPid(path) === process.pid) removeFile(path)
  }
}

/** Mode 0644 less the umask, whole or not at all. */
function replaceFile(path: string, text: string): void {
  const fresh = `${path}.${process.pid}`
  try {
    writeFileSync(fresh, text, { mode: 0o644 })
    renameSync(fresh, path)
  } catch (error) {
    removeFile(fresh)
    throw toSystemError(error, `write the pidfile ${path}`)
  }
}

function removeFile(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // The directory has become read-only: the next daemon finds a pid that is dead.
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
