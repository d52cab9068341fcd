/**
 * What Linux tells about processes under /proc (proc(5)).
 *
 * Guaranteed: a pid with its start time (clock ticks since boot, field 22 of `stat`) names one process for the whole boot.
 * A zombie keeps its `stat` until it is reaped, so a child's start time can be read at any time before that.
 * Not guaranteed: that two reads see the same moment: a process may come, go or be re-parented between them, so a list of
 * descendants is complete only if the tree stands still. `hidepid` mounts hide processes of other users.
 * Other systems have no /proc: every function there answers `undefined`, `false` or an empty list.
 */
import { readdirSync, readFileSync } from 'node:fs'

/** The name of one process for the whole boot; the pid alone may mean another one tomorrow. */
export interface ProcessIdentity {
  readonly pid: number
  /** In clock ticks since boot. */
  readonly startTime: number
}

/** Fields of /proc/PID/stat which we use. */
export interface ProcessStat {
  /** One letter: R running, S sleeping, D in the disk, T stopped, Z zombie, X dead. */
  readonly state: string
  readonly parentPid: number
  /** Pid of the process which made the session by setsid(2); it may be long gone. */
  readonly session: number
  /** Threads that live. The first one may be dead, and then `state` is Z, while others go on. */
  readonly threads: number
  /** In clock ticks since boot. */
  readonly startTime: number
}

/** Reads one line of /proc/PID/stat. The second field, the command in parentheses, may itself hold spaces and parentheses. */
export function parseStat(line: string): ProcessStat | undefined {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  // Fields 3 to 6, 20 and 22 of the line, counted from 1.
  const [state, parentPid, , session] = fields
  const threads = fields[17]
  const startTime = fields[19]
  if (state === undefined || startTime === undefined) return undefined
  return {
    state,
    parentPid: Number(parentPid),
    session: Number(session),
    threads: Number(threads),
    startTime: Number(startTime),
  }
}

/** What the system tells of a process, a zombie too; undefined if there is none. */
export function processStat(pid: number): ProcessStat | undefined {
  const line = read(`/proc/${pid}/stat`)
  return line === undefined ? undefined : parseStat(line)
}

/** True if nothing of the process runs any more: all that is left is its exit status. */
export function isDead({ state, threads }: ProcessStat): boolean {
  return (state === 'Z' || state === 'X') && threads <= 1
}

/** Start time of a process, in clock ticks since boot; undefined if there is none or the system does not tell. */
export function startTime(pid: number): number | undefined {
  return processStat(pid)?.startTime
}

/** True if the process (pid, start time) runs or sleeps; a zombie is not alive. */
export function isAlive(pid: number, startedAt: number): boolean {
  const stat = processStat(pid)
  return stat?.startTime === startedAt && !isDead(stat)
}

/** Arguments of a process; undefined if it is gone, empty for a kernel thread or zombie. */
export function commandLine(pid: number): readonly string[] | undefined {
  const text = read(`/proc/${pid}/cmdline`)
  if (text === undefined) return undefined
  return text === '' ? [] : text.replace(/\0+$/, '').split('\0')
}

/**
 * Direct children, in no order.
 * @param threadCount Its threads, if that is known: with one, there is one place to look.
 */
export function children(pid: number, threadCount?: number): readonly number[] {
  const threads = threadCount === 1 ? [String(pid)] : list(`/proc/${pid}/task`)
  const lists = threads.map((thread) => read(`/proc/${pid}/task/${thread}/children`))
  // A kernel without CONFIG_PROC_CHILDREN has no such file in any thread.
  if (lists.length > 0 && lists.every((text) => text === undefined)) return childrenByScan(pid)
  return lists.flatMap((text) => (text ?? '').split(' ').filter(Boolean).map(Number))
}

/**
 * Children of our main thread: those which it has spawned, and those whose parents died and which fell to us (see
 * subreaper.ts). Those which other threads of ours have spawned are not among them, unless that thread is gone. The list
 * is complete, other than that of another process: a dead child stays in it until we reap it. Linux only.
 */
export function ownChildren(): readonly number[] {
  const text = read(`/proc/self/task/${process.pid}/children`)
  if (text === undefined) return childrenByScan(process.pid)
  return text.split(' ').filter(Boolean).map(Number)
}

/** Value of a variable in the environment with which a process was started; undefined if it is not there or not for us to see. */
export function environmentVariable(pid: number, name: string): string | undefined {
  const prefix = `${name}=`
  const entries = read(`/proc/${pid}/environ`)?.split('\0')
  return entries?.find((entry) => entry.startsWith(prefix))?.slice(prefix.length)
}

/** Children, their children and so on, parents before children. */
export function descendants(pid: number): readonly number[] {
  const found = [pid]
  for (const next of found) {
    for (const child of children(next)) if (!found.includes(child)) found.push(child)
  }
  return found.slice(1)
}

/** Pids of all processes we may see. */
export function allPids(): readonly number[] {
  return list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

function childrenByScan(pid: number): readonly number[] {
  return allPids().filter((candidate) => processStat(candidate)?.parentPid === pid)
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined // The process is gone, belongs to somebody else, or there is no /proc.
  }
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch {
    return [] // As in read().
  }
}
