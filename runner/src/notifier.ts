import { writeSync } from 'node:fs'
import { descriptorKind } from './descriptor-kind.ts'
import { log } from './log.ts'

/**
 * Tells the supervisor how far this process is, in the words of sd_notify(3), one per line, on a pipe that was
 * inherited as NOTIFY_FD. Without such a pipe it does nothing.
 */
export interface Notifier {
  /** The program speaks this protocol: a supervisor need not look for other signs of readiness. */
  status(text: string): void
  /** Connections are being accepted. */
  ready(): void
  /** The drain has begun. */
  stopping(): void
}

export function openNotifier(fd: number | undefined): Notifier {
  let open = fd
  if (fd !== undefined && !isWritable(fd)) {
    log(`cannot report readiness: NOTIFY_FD ${fd} was not handed down`)
    open = undefined
  }
  const send = (line: string): void => {
    if (open === undefined) return
    try {
      writeSync(open, oneLine(line))
    } catch (error) {
      // EPIPE: the supervisor is gone, or wanted to know about readiness only (s6). Serving goes on.
      open = undefined
      if (!isBrokenPipe(error)) log(`cannot report readiness: ${String(error)}`)
    }
  }
  return {
    status: (text) => send(`STATUS=${text}`),
    ready: () => send('READY=1'),
    stopping: () => send('STOPPING=1'),
  }
}

/** Longest line including its end, in bytes: PIPE_BUF on Linux, so that a line is written whole (pipe(7)). */
const LONGEST_LINE_BYTES = 4096

function oneLine(text: string): Buffer {
  const line = Buffer.from(`${text.replaceAll(/[\r\n]/g, ' ')}\n`)
  if (line.length <= LONGEST_LINE_BYTES) return line
  return Buffer.concat([line.subarray(0, LONGEST_LINE_BYTES - 1), Buffer.from('\n')])
}

// Never write to a number that was not handed down: it may be one of Node's own pipes.
function isWritable(fd: number): boolean {
  return ['pipe', 'socket', 'file'].includes(descriptorKind(fd))
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE'
}
