/**
 * Pipes from children to us.
 *
 * Guaranteed (pipe(7)): a write of at most 4096 bytes (PIPE_BUF) is not mixed with others; the reader sees the end of file
 * when the last copy of the write end is closed, in whatever process. Being a pipe and not a socket pair (which Node's
 * `stdio: 'pipe'` is), the child can open its end again as /dev/stdout.
 * Not guaranteed: that the end of file comes when the child dies: its own children may hold the write end on.
 * O_NONBLOCK belongs to one end: ours is non-blocking, the child's is blocking, as programs expect of their stdout.
 */
import { closeSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { pipe } from './descriptor-calls.ts'
import { checked } from './system-error.ts'

/** A pipe whose two ends the caller owns. */
export interface Pipe {
  /** Non-blocking, in flowing mode as soon as somebody listens; `destroy()` closes it. */
  readonly readable: Readable
  /** To be given to a child; close-on-exec here. */
  readonly writeFd: number
  /** Closes our write end, so that the end of file can come. To be called once, after the spawn. */
  closeWriteEnd(): void
}

/**
 * Makes a pipe.
 * @throws {SystemError} EMFILE, ENFILE.
 * @throws {UnsupportedPlatformError}
 */
export function openPipe(): Pipe {
  const ends = new Int32Array(2)
  checked(pipe(ends), 'pipe', 'make a pipe')
  const [readFd = -1, writeFd = -1] = ends
  const readable = new Socket({ fd: readFd, readable: true, writable: false })
  return { readable, writeFd, closeWriteEnd: () => closeSync(writeFd) }
}
