/**
 * What a process uses, from /proc (proc_pid_stat(5), proc_pid_status(5)).
 *
 * Guaranteed: CPU time counts whole clock ticks, of which sysconf(_SC_CLK_TCK) make a second: 10 ms on every Linux of today.
 * Times of start count from the boot, time asleep included.
 * Not guaranteed: that all fields are of one moment, since they stand in three files; that `command` is what was executed:
 * programs rewrite their arguments. Resident memory is that of `status`: the number in `stat` lags behind.
 * A look at a process takes some 40 µs, and nothing in it blocks: these files are made when they are read.
 */
import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { wallNow } from './clock.ts'
import { call } from './libc.ts'

/** One process at one moment. What the system does not tell is null. */
export interface ProcessUsage {
  readonly pid: number
  /** In clock ticks since boot: with the pid it names the process. */
  readonly startTime: number | null
  /** It has ended, and nobody has taken note of it yet. */
  readonly isZombie: boolean
  readonly threads: number
  readonly residentBytes: number
  readonly virtualBytes: number | null
  /** User and system time of its own, in s. */
  readonly cpuSeconds: number
  /** As above, with that of its descendants that have ended and were reaped, in s. */
  readonly familyCpuSeconds: number
  /** -20 (urgent) to 19. */
  readonly nice: number | null
  /** The real user id. */
  readonly uid: number | null
  /** Wall-clock time of its start in seconds since 1970, with fractions. */
  readonly createdAt: number
  /** Its first argument. */
  readonly command: string | null
}

/** From sysconf(3): the number on Linux. */
const SC_CLK_TCK = 2

interface System {
  readonly ticksPerSecond: number
  /** Wall-clock time of the boot, in s. */
  readonly bootedAt: number
}
let system: System | undefined

/** undefined if there is no such process, or no /proc. */
export function processUsage(pid: number): ProcessUsage | undefined {
  const stat = read(`/proc/${pid}/stat`)
  const status = read(`/proc/${pid}/status`)
  const [command = ''] = (read(`/proc/${pid}/cmdline`) ?? '').split('\0', 1)
  if (stat === undefined || status === undefined) return undefined
  return {
    ...usageFromStat(pid, stat, systemFacts()),
    ...usageFromStatus(status),
    command: command === '' ? null : command,
  }
}

/** @param text That of /proc/PID/status. */
export function usageFromStatus(text: string): Pick<ProcessUsage, 'uid' | 'residentBytes'> {
  const uid = /^Uid:\s+(\d+)/m.exec(text)?.[1]
  const residentKib = /^VmRSS:\s+(\d+) kB/m.exec(text)?.[1]
  return {
    uid: uid === undefined ? null : Number(uid),
    // A zombie and a thread of the kernel have no memory and no such line.
    residentBytes: Number(residentKib ?? 0) * 1_024,
  }
}

/** @param line The text of /proc/PID/stat. */
export function usageFromStat(
  pid: number,
  line: string,
  { ticksPerSecond, bootedAt }: System,
): Omit<ProcessUsage, 'uid' | 'residentBytes' | 'command'> {
  // The second field, the command in parentheses, may hold anything; after it begins the third one.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const number = (field: number): number => Number(fields[field - 3])
  const own = number(14) + number(15)
  const state = fields[0]
  return {
    pid,
    startTime: number(22),
    isZombie: state === 'Z' || state === 'X',
    threads: number(20),
    virtualBytes: number(23),
    cpuSeconds: own / ticksPerSecond,
    familyCpuSeconds: (own + number(16) + number(17)) / ticksPerSecond,
    nice: number(19),
    createdAt: bootedAt + number(22) / ticksPerSecond,
  }
}

/**
 * Asked once, the time of the boot too, as psutil does, so that the start of a process is the same number each time it is
 * asked for. When the wall clock is set later, it is off by as much.
 */
function systemFacts(): System {
  return (system ??= {
    ticksPerSecond: call('long sysconf(int)', SC_CLK_TCK),
    bootedAt: wallNow() / 1_000 - uptime(),
  })
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined // The process is gone, belongs to somebody else, or there is no /proc.
  }
}
