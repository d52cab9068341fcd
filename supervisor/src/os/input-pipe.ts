/**
 * Pipes from us to children: what we write, a child reads as its standard input.
 *
 * Guaranteed (pipe(7)): the reader sees the end of file when our end is closed. Being a pipe and not a socket pair (which
 * Node's `stdio: 'pipe'` is), the child can open its end again as /dev/stdin. A write never blocks us nor raises SIGPIPE.
 * Not guaranteed: that anybody reads. What the child leaves unread is lost with it.
 */
import { closeSync } from 'node:fs'
import { Socket } from 'node:net'
import { pipe } from './descriptor-calls.ts'
import { checked } from './system-error.ts'

/** A pipe with something in it for a child. */
export interface InputPipe {
  /** To be given to the child; close-on-exec here. */
  readonly readFd: number
  /** Closes our read end, so that a write to a dead child fails. To be called once, after the spawn. */
  closeReadEnd(): void
  /** Drops what was not read. Idempotent. */
  destroy(): void
}

/**
 * Makes a pipe that gives `text` and then the end of file.
 * @throws {SystemError} EMFILE, ENFILE.
 * @throws {UnsupportedPlatformError}
 */
export function openInputPipe(text: string): InputPipe {
  const ends = new Int32Array(2)
  checked(pipe(ends), 'pipe', 'make a pipe')
  const [readFd = -1, writeFd = -1] = ends
  const writable = new Socket({ fd: writeFd, readable: false, writable: true })
  // EPIPE: the child has not read it all, as it may.
  writable.on('error', () => writable.destroy())
  writable.end(text)
  return { readFd, closeReadEnd: () => closeSync(readFd), destroy: () => writable.destroy() }
}
