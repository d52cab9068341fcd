import { splitWords } from '../config/words.ts'

/** One process as it was seen. What the system did not tell is null. */
export interface ProcessSample {
  readonly pid: number
  readonly isZombie: boolean
  readonly residentBytes: number | null
  readonly virtualBytes: number | null
  /** Of one processor, since the sample before: with several threads it may be more than 100. */
  readonly cpuPercent: number | null
  /** CPU time so far in s, that of its reaped descendants included. */
  readonly cpuSeconds: number | null
  readonly username: string | null
  readonly nice: number | null
  /** Seconds since 1970. */
  readonly createdAt: number | null
  /** Its first argument, which may be a title with blanks. */
  readonly command: string | null
}

/** Where and when a sample was taken. */
export interface SampledAt {
  /** Wall-clock time in seconds since 1970. */
  readonly time: number
  /** Memory of the machine. */
  readonly totalBytes: number
}

type Unknown = 'N/A'

/** One process in the replies to `stats` and `dstats`. Circus: `get_info` of util.py. */
export interface ProcessInfo {
  /** Resident memory, as `10.57M`. */
  readonly mem_info1: string
  /** Virtual memory. */
  readonly mem_info2: string
  /** Percent of one processor since the last time somebody asked; 0 at first. */
  readonly cpu: number | Unknown
  /** Percent of the machine's memory. */
  readonly mem: number | Unknown
  /** CPU time, `M:SS.cc`. */
  readonly ctime: string
  readonly pid: number
  readonly username: string
  readonly nice: number | Unknown | 'Zombie'
  /** Seconds since 1970. */
  readonly create_time: number | Unknown
  /** Seconds. */
  readonly age: number | Unknown
  readonly cmdline: string
  readonly children: readonly ProcessInfo[]
  /** Processes of watchers only: when it was spawned, in seconds since 1970. */
  readonly started?: number
  /** Processes of watchers only. */
  readonly wid?: number
}

/** In the place of a process that had ended when it was looked at. Circus' words. */
export const NO_SUCH_PROCESS = 'No such process (stopped?)'

const UNKNOWN = 'N/A'

/** A sample as Circus writes it. */
export function processInfo(
  sample: ProcessSample,
  { time, totalBytes }: SampledAt,
  children: readonly ProcessInfo[] = [],
): ProcessInfo {
  const { residentBytes, virtualBytes, cpuPercent, cpuSeconds, createdAt, isZombie } = sample
  return {
    mem_info1: known(residentBytes, humanBytes),
    mem_info2: known(virtualBytes, humanBytes),
    cpu: known(cpuPercent, (percent) => rounded(percent, 1)),
    mem: known(residentBytes, (bytes) => rounded((bytes / totalBytes) * 100, 3)),
    ctime: known(cpuSeconds, cpuTime),
    pid: sample.pid,
    username: sample.username ?? UNKNOWN,
    nice: isZombie ? 'Zombie' : (sample.nice ?? UNKNOWN),
    create_time: known(createdAt, (at) => rounded(at, 2)),
    age: known(createdAt, (at) => Math.max(0, time - at)),
    cmdline: known(sample.command, programName),
    children,
  }
}

/** Base 1024, two decimals: `512B`, `1.45M`. Circus: `bytes2human` of util.py. */
export function humanBytes(bytes: number): string {
  for (const [power, symbol] of BYTE_SYMBOLS) {
    if (bytes >= power) return `${(bytes / power).toFixed(2)}${symbol}`
  }
  return `${bytes}B`
}

/** The largest first; a number of bytes of a 64-bit machine is below 16 E. */
const BYTE_SYMBOLS = Array.from('KMGTPE', (symbol, index) => {
  return [1024 ** (index + 1), symbol] as const
}).toReversed()

/**
 * `M:SS.cc`, as Circus writes it: minutes modulo 60, and for the fraction the first two digits of the number of
 * microseconds, so that 20 ms are `.20` and 5 ms are `.50`.
 */
export function cpuTime(seconds: number): string {
  const microseconds = Math.round(seconds * 1e6)
  const whole = Math.floor(microseconds / 1e6)
  const minutes = Math.floor(whole / 60) % 60
  const fraction = String(microseconds % 1e6).slice(0, 2)
  return `${minutes}:${String(whole % 60).padStart(2, '0')}.${fraction}`
}

/** The last part of the path that is the first word of `command`. */
function programName(command: string): string {
  const split = splitWords(command)
  const program = split.ok ? split.words[0] : command
  return program === undefined ? UNKNOWN : program.slice(program.lastIndexOf('/') + 1)
}

function known<Value, Shown>(value: Value | null, show: (value: Value) => Shown): Shown | Unknown {
  return value === null ? UNKNOWN : show(value)
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals))
}
