/**
 * The gate at which a shell waits until the process it is has got everything that only we can give it (pipe(7)).
 *
 * Guaranteed: the shell goes on when it has read a line, and ends itself at the end of the file, which also comes when we
 * die. The pipe takes the line without waiting. Both ends are close-on-exec: no other child holds one.
 * Not guaranteed: that the process still lives when the gate is opened: its exit tells that.
 */
import { closeSync, writeSync } from 'node:fs'
import { pipe } from './descriptor-calls.ts'
import { checked, errorCode } from './system-error.ts'

export interface Gate {
  /** To be the standard input of the shell. */
  readonly readFd: number
  /** Lets the shell through. */
  open(): void
  /** Gives our ends back; a shell which was not let through ends. To be called once, after the spawn. */
  close(): void
}

/**
 * Makes a gate, shut.
 * @throws {SystemError} EMFILE, ENFILE.
 * @throws {UnsupportedPlatformError}
 */
export function makeGate(): Gate {
  const ends = new Int32Array(2)
  checked(pipe(ends), 'pipe', 'make a pipe')
  const [readFd = -1, writeFd = -1] = ends
  return {
    readFd,
    open: () => {
      try {
        writeSync(writeFd, '\n')
      } catch (error) {
        // Only the shell can have closed the other end, by its death.
        if (errorCode(error) !== 'EPIPE') throw error
      }
    },
    close: () => {
      closeSync(readFd)
      closeSync(writeFd)
    },
  }
}
