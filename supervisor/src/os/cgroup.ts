/**
 * Control groups as containers of processes (cgroups(7), the kernel's cgroup-v2 documentation).
 *
 * Guaranteed: whatever a member forks is a member, and `cgroup.kill` (Linux 5.14) reaches all of them, those too that are
 * being forked, stopped, frozen or in a session of their own. A group whose members are all dead can be removed.
 * Not guaranteed: who may write: root, or the owner of a delegated subtree. A process with that right can move away. The kernel
 * kills in its own time. Moving a process in does not bring along those it has forked before.
 */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, toSystemError } from './system-error.ts'

/** @throws {SystemError} EACCES, EROFS, EAGAIN (too many of them), EEXIST. */
export function makeCgroup(path: string): void {
  attempt(`make the cgroup ${path}`, () => mkdirSync(path))
}

/**
 * Moves a process, with all of its threads, into a group; false if there is no such process, a zombie counting as none.
 * @throws {SystemError} EACCES, EROFS, EBUSY, EOPNOTSUPP.
 */
export function moveToCgroup(path: string, pid: number): boolean {
  try {
    writeFileSync(join(path, 'cgroup.procs'), String(pid))
    return true
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false
    throw toSystemError(error, `move process ${pid} to the cgroup ${path}`)
  }
}

/** SIGKILL to all members of a group and of those below it; false if the kernel cannot do that. */
export function killCgroup(path: string): boolean {
  try {
    writeFileSync(join(path, 'cgroup.kill'), '1')
    return true
  } catch {
    return false // Linux before 5.14, or the group is gone. Its members can still be listed and killed one by one.
  }
}

/** Pids of the members of a group and of those below it. */
export function cgroupMembers(path: string): readonly number[] {
  return groupsBelow(path).flatMap((group) => {
    try {
      const text = readFileSync(join(group, 'cgroup.procs'), 'utf8')
      return text.split('\n').filter(Boolean).map(Number)
    } catch {
      return [] // Removed meanwhile, or a threaded group, whose members are listed above it.
    }
  })
}

/** Removes a group and those below it; false if it has living members or cannot be removed. */
export function removeCgroup(path: string): boolean {
  if (remove(path)) return true
  if (hasMembers(path)) return false
  return groupsBelow(path).toReversed().every(remove)
}

/** Whether anybody lives in a group or below it. */
export function hasMembers(path: string): boolean {
  try {
    return /^populated 1$/m.test(readFileSync(join(path, 'cgroup.events'), 'utf8'))
  } catch {
    return false // It is gone.
  }
}

/** The group itself, then those below it, each before its own. */
function groupsBelow(path: string): readonly string[] {
  const found = [path]
  for (const group of found) {
    try {
      const entries = readdirSync(group, { withFileTypes: true })
      found.push(
        ...entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(group, name)),
      )
    } catch {
      // Removed meanwhile.
    }
  }
  return found
}

function remove(path: string): boolean {
  try {
    rmdirSync(path)
    return true
  } catch (error) {
    return errorCode(error) === 'ENOENT'
  }
}

function attempt(action: string, act: () => void): void {
  try {
    act()
  } catch (error) {
    throw toSystemError(error, action)
  }
}
