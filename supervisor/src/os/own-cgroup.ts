/**
 * Where the control group of this process is (cgroups(7), proc(5)): cgroup v2, alone or beside v1.
 *
 * Guaranteed: the line `0::` of /proc/self/cgroup names our group in the unified hierarchy, seen from the root of our
 * cgroup namespace; mountinfo says which part of the hierarchy is mounted where.
 * Not guaranteed: that it is mounted where we can see it, or that we may write there.
 */
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Directory of our own cgroup; undefined if there is none to be seen. */
export function ownCgroup(): string | undefined {
  try {
    return cgroupDirectory(
      readFileSync('/proc/self/cgroup', 'utf8'),
      readFileSync('/proc/self/mountinfo', 'utf8'),
    )
  } catch {
    return undefined // No /proc, so no Linux.
  }
}

/** The directory, from the texts of /proc/self/cgroup and /proc/self/mountinfo. */
export function cgroupDirectory(cgroup: string, mountinfo: string): string | undefined {
  const path = /^0::(\/.*)$/m.exec(cgroup)?.[1]
  if (path === undefined) return undefined
  for (const line of mountinfo.split('\n')) {
    const [mount = '', kind] = line.split(' - ')
    if (kind?.split(' ')[0] !== 'cgroup2') continue
    const [root = '', mountPoint = ''] = mount.split(' ').slice(3, 5).map(unescape)
    const below = relative(root, path)
    if (!below.startsWith('..')) return join(mountPoint, below)
  }
  return undefined
}

/** Blanks, tabs, line ends and backslashes are written as three octal digits. */
function unescape(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  )
}
