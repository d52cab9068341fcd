/**
 * Waiting until a listening socket has a connection, without accepting it (poll(2)). Node can only wait by accepting.
 *
 * Guaranteed: level-triggered, so a connection which was queued before the watch is told too. Nothing is taken from the queue,
 * and no flag of the socket is touched. Nothing spins: each watch is told once. While nothing is watched no thread is held; while
 * something is, one of libuv's pool waits in poll(2), however many descriptors there are. This thread is never blocked.
 * Not guaranteed: that the connection is still there when somebody accepts: its client may give up, or another process take it.
 * A descriptor in error, or closed by mistake while watched, is told as readable: who accepts on it learns what is wrong.
 * With UV_THREADPOOL_SIZE=1 a watch would stop every other work of the pool (files, name lookups): it takes at least 2.
 */
import { closeSync, readSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { pipe } from './descriptor-calls.ts'
import { callAsync } from './libc.ts'
import { checked } from './system-error.ts'

/** Pause in ms after a poll(2) which failed for another reason than a signal: out of kernel memory is no reason to spin. */
const RETRY_PAUSE_MS = 100

const POLLIN = 0x001
/** Without end: only a connection or our own pipe ends the wait. */
const NO_TIMEOUT = -1
const WAKE = Buffer.of(0)

/** A watch of its own for each call, so that what poll(2) says of an old one is never told to a new one. */
interface Watch {
  readonly fd: number
  readonly onReadable: () => void
}

/**
 * The one poller of a process. As a listening server does, it keeps the process running while something is watched.
 * `process.exit` ends the wait by itself.
 */
export class ReadableWatch {
  readonly #watches = new Map<number, Watch>()
  /** The pipe which ends a poll(2) early: made by the first watch, closed by `close`. */
  #wakePipe: { readonly readFd: number; readonly writeFd: number } | undefined
  /** The poll(2) of this moment; undefined while nothing is watched. */
  #round: Promise<void> | undefined
  /** A byte is in the wake pipe. One is enough: more could fill it, and then the write would block. */
  #isWoken = false
  #isClosed = false

  /**
   * Calls `onReadable` once, never before this has returned, as soon as `fd` is readable, and then forgets it. A second watch
   * of the same descriptor takes the place of the first.
   * @throws {SystemError} EMFILE, ENFILE, by the first watch.
   * @throws {UnsupportedPlatformError}
   */
  watch(fd: number, onReadable: () => void): void {
    if (this.#isClosed) throw new Error('Cannot watch a descriptor: the poller is closed')
    this.#wakePipe ??= openWakePipe()
    this.#watches.set(fd, { fd, onReadable })
    if (this.#round === undefined) void this.#run(this.#wakePipe.readFd)
    else this.#wake()
  }

  /**
   * `onReadable` is not called any more. Resolves when the kernel has let go of the descriptor: until then poll(2) keeps the
   * socket alive, and its address taken, although the descriptor is closed. Idempotent.
   */
  async unwatch(fd: number): Promise<void> {
    if (!this.#watches.delete(fd)) return
    this.#wake()
    await this.#round
  }

  /** Forgets every watch. Resolves when no thread is held and the pipe is closed. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#watches.clear()
    this.#wake()
    await this.#round
    if (this.#wakePipe === undefined) return
    closeSync(this.#wakePipe.readFd)
    closeSync(this.#wakePipe.writeFd)
    this.#wakePipe = undefined
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #run(wakeFd: number): Promise<void> {
    // Node's exit waits for the threads of the pool.
    const wake = (): void => this.#wake()
    process.on('exit', wake)
    while (this.#watches.size > 0) {
      this.#round = this.#pollOnce(wakeFd)
      await this.#round
    }
    this.#round = undefined
    process.off('exit', wake)
  }

  async #pollOnce(wakeFd: number): Promise<void> {
    const watches = [...this.#watches.values()]
    const polled = pollDescriptors([wakeFd, ...watches.map(({ fd }) => fd)])
    const result = await callAsync(POLL, polled, watches.length + 1, NO_TIMEOUT)
    if (result < 0) {
      if (result !== -constants.errno.EINTR) await delay(RETRY_PAUSE_MS)
      return
    }
    if (hasHappened(polled, 0)) {
      readSync(wakeFd, Buffer.alloc(WAKE.length))
      this.#isWoken = false
    }
    watches.forEach((watch, index) => {
      if (!hasHappened(polled, index + 1) || this.#watches.get(watch.fd) !== watch) return
      this.#watches.delete(watch.fd)
      watch.onReadable()
    })
  }

  #wake(): void {
    if (this.#round === undefined || this.#wakePipe === undefined || this.#isWoken) return
    this.#isWoken = true
    writeSync(this.#wakePipe.writeFd, WAKE)
  }
}

const POLL = 'int poll(void *, unsigned long, int)'

function openWakePipe(): { readonly readFd: number; readonly writeFd: number } {
  const ends = new Int32Array(2)
  checked(pipe(ends), 'pipe', 'make a pipe')
  const [readFd = -1, writeFd = -1] = ends
  return { readFd, writeFd }
}

/**
 * An array of struct pollfd: an int, then two shorts (events, revents), which on a little-endian machine, as all of ours are,
 * make one int. Backed by its own ArrayBuffer: V8 may move the memory of a small typed array that has none.
 */
function pollDescriptors(fds: readonly number[]): Int32Array {
  const polled = new Int32Array(new ArrayBuffer(fds.length * 8))
  fds.forEach((fd, index) => polled.set([fd, POLLIN], index * 2))
  return polled
}

/** True if poll(2) has set anything in revents: POLLIN, POLLERR, POLLHUP or POLLNVAL. */
function hasHappened(polled: Int32Array, index: number): boolean {
  return (polled[index * 2 + 1] ?? 0) >>> 16 !== 0
}
