import { cgroupMembers } from '../os/cgroup.ts'
import {
  children,
  isAlive,
  isDead,
  type ProcessIdentity,
  processStat,
  startTime,
} from '../os/procfs.ts'
import type { Kinship } from './kinship.ts'
import type { Orphan } from './orphans.ts'
import { keyOf, type Tree } from './tree.ts'

/**
 * Everybody in a tree who lives, its own process first if it was not yet reaped; parents before children. What is found is recorded,
 * what has died is forgotten. A process that is forked meanwhile may be missed.
 */
export function livingMembers(tree: Tree, kinship: Kinship): readonly ProcessIdentity[] {
  if (tree.cgroup !== null) recordCgroup(tree, tree.cgroup, kinship)
  const known = [...rootOf(tree), ...tree.members.values()]
  const keys = new Set(known.map(keyOf))
  const living: ProcessIdentity[] = []
  for (const process of known) {
    if (!isAlive(process.pid, process.startTime)) {
      kinship.forget(tree, process)
      continue
    }
    living.push(process)
    for (const child of livingChildren(process)) {
      const key = keyOf(child)
      if (keys.has(key)) continue
      keys.add(key)
      known.push(child)
      kinship.record(tree, child)
    }
  }
  return living
}

/** The process itself, as long as it was not reaped. */
export function rootOf({ pid, startTime, ending }: Tree): readonly ProcessIdentity[] {
  return ending === null && startTime !== undefined ? [{ pid, startTime }] : []
}

/** Living direct children of exactly this process. */
export function livingChildren(parent: ProcessIdentity): readonly Orphan[] {
  const found = children(parent.pid).flatMap((pid) => {
    const stat = processStat(pid)
    if (stat === undefined || isDead(stat) || stat.parentPid !== parent.pid) return []
    return [{ pid, startTime: stat.startTime, session: stat.session }]
  })
  // If it is still there, the number meant it all the time, and those are its children and nobody else's.
  return found.length > 0 && startTime(parent.pid) === parent.startTime ? found : []
}

function recordCgroup(tree: Tree, cgroup: string, kinship: Kinship): void {
  const found = cgroupMembers(cgroup).flatMap((pid) => {
    const stat = processStat(pid)
    return stat === undefined ? [] : [{ pid, startTime: stat.startTime, session: stat.session }]
  })
  if (found.length === 0) return
  // Who is a member before and after its start time was read had the number all the time.
  const still = new Set(cgroupMembers(cgroup))
  for (const member of found) {
    if (member.pid !== tree.pid && still.has(member.pid)) kinship.record(tree, member)
  }
}
