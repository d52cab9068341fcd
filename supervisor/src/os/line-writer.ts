/**
 * Writing lines to a descriptor which we share with others and must not wait for (poll(2), write(2), pipe(7)).
 *
 * Guaranteed: poll(2) reports a pipe or terminal as writable only if there is room; for a pipe that is room for at least
 * PIPE_BUF bytes, so a write of that size does not wait. We never set O_NONBLOCK: it would belong to everybody who holds
 * the pipe, our parent's shell included.
 * Not guaranteed: that the room is still there when we write. Whoever shares the pipe may fill it between the two calls.
 * A regular file is always writable, also one on a network file system which is gone.
 */
import { writeSync } from 'node:fs'
import { call } from './libc.ts'

/** PIPE_BUF of Linux and macOS is at least this. */
const CHUNK_BYTES = 512 * 8

/** poll.h, the same on Linux and macOS. */
const POLLOUT = 0x4
const POLLERR = 0x8
const POLLHUP = 0x10

/** Writes whole lines to one descriptor, or drops them. */
export class LineWriter {
  readonly fd: number
  /** The last line was cut: the next one begins a line of its own. */
  #isCut = false

  constructor(fd: number) {
    this.fd = fd
  }

  /**
   * Never waits and never throws.
   * @param line With its line feed.
   * @returns false if the line, or its end, was dropped: there is no room, the other end is closed, the disk is full.
   */
  write(line: string): boolean {
    const bytes = Buffer.from(this.#isCut ? `\n${line}` : line)
    const written = this.#writeWhatFits(bytes)
    if (written > 0) this.#isCut = written < bytes.length
    return written === bytes.length
  }

  #writeWhatFits(bytes: Buffer): number {
    let written = 0
    while (written < bytes.length) {
      const chunk = bytes.subarray(written, written + CHUNK_BYTES)
      const count = writeChunk(this.fd, chunk)
      written += count
      if (count < chunk.length) break
    }
    return written
  }
}

function writeChunk(fd: number, chunk: Buffer): number {
  try {
    return hasRoom(fd) ? writeSync(fd, chunk) : 0
  } catch {
    return 0 // EPIPE, ENOSPC, EAGAIN, EBADF, EIO: the caller counts it as dropped.
  }
}

/** An error shows when the write is tried. */
function hasRoom(fd: number): boolean {
  const entry = new Int32Array(2)
  const view = new DataView(entry.buffer)
  view.setInt32(0, fd, true)
  view.setInt16(4, POLLOUT, true)
  const ready = call('int poll(void *, unsigned long, int)', entry, 1, 0)
  return ready !== 0 && (view.getInt16(6, true) & (POLLOUT | POLLERR | POLLHUP)) !== 0
}
