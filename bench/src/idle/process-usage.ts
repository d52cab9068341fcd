import { readFileSync } from 'node:fs'

const KIB_PER_MIB = 1_024

/** sysconf(_SC_CLK_TCK): 100 on every Linux of today, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100

/** CPU time which a process has used so far, user and system, in s. proc(5): fields 14 and 15 of /proc/PID/stat. */
export function cpuSeconds(pid: number): number {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ') // Begins with field 3.
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** Resident memory of a process, in MiB. proc(5): VmRSS of /proc/PID/status. */
export function residentMib(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) / KIB_PER_MIB
}
