/**
 * What is done in a process before it becomes the program: a line for sh, which then replaces itself. Pure.
 *
 * Guaranteed: the pid stays, and words and descriptors reach the program as they were given.
 * Not guaranteed: argv[0], which a shell cannot choose, so it is the program's path. dash drops variables whose name is no
 * shell identifier. A program which cannot be executed although it looked so ends the shell with 126 or 127 and a line on
 * stderr. sh knows descriptors 0 to 9 only (dash), which is why the gate is at 0.
 */

/** What a shell can do and a spawn cannot. */
export interface Preparation {
  /** LISTEN_PID is set to the pid of the process. */
  readonly listenPid: boolean
  readonly umask: number | null
}

export interface Prologue {
  /** For `sh -c`; the program and its arguments are `$@`. */
  readonly line: string
  /** What is at 0, 1, 2 and so on while the line runs. */
  readonly descriptors: readonly Descriptor[]
}

/** A descriptor of ours, or /dev/null, or the one of ours which has the same number. */
export type Descriptor = 'null' | 'inherit' | number

/** Exit code of a shell whose gate was never opened. */
const NOT_LET_THROUGH = 125
const HIGHEST_KNOWN = 9

/**
 * The prologue of a process whose descriptors are to be those given, or undefined if none is needed.
 * @param gate The descriptor at whose other end we say when to go on; null if there is nothing to wait for.
 * @throws {RangeError} If sh cannot name the descriptor at which the standard input has to wait.
 */
export function prologueOf(
  { listenPid, umask }: Preparation,
  descriptors: readonly [Descriptor, ...Descriptor[]],
  gate: number | null,
): Prologue | undefined {
  if (!listenPid && umask === null && gate === null) return undefined
  const waiting = gate === null ? { steps: [], descriptors } : waitAt(gate, descriptors)
  const steps = [
    ...waiting.steps,
    ...(umask === null ? [] : [`umask ${umask.toString(8).padStart(4, '0')}`]),
    ...(listenPid ? ['export LISTEN_PID=$$'] : []),
    'exec "$@"',
  ]
  return { line: steps.join('; '), descriptors: waiting.descriptors }
}

function waitAt(gate: number, descriptors: readonly [Descriptor, ...Descriptor[]]) {
  const [stdin, ...others] = descriptors
  const wait = `read -r _ || exit ${NOT_LET_THROUGH}`
  if (stdin === 'null') {
    return { steps: [wait, 'exec </dev/null'], descriptors: [gate, ...others] }
  }
  const parked = descriptors.length
  if (parked > HIGHEST_KNOWN) {
    const most = HIGHEST_KNOWN - 3
    throw new RangeError(
      `nice and rlimit_* leave room for ${most} sockets and notify pipes beside a stdin that is not /dev/null, and there are ${parked - 3}; drop some, or stdin_socket and close_child_stdin = false`,
    )
  }
  return {
    steps: [wait, `exec <&${parked} ${parked}<&-`],
    // 'inherit' would mean the number at which it is parked.
    descriptors: [gate, ...others, stdin === 'inherit' ? 0 : stdin],
  }
}
