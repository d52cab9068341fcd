import { setTimeout as delay } from 'node:timers/promises'
import type { StreamEvent } from './stream.ts'

/** Bytes waiting above which `write` asks its callers to pause. */
export const PAUSE_ABOVE_BYTES = 1024 * 1024
/** Bytes waiting at most; the oldest lines go first. Only callers who do not pause reach it. */
export const QUEUE_LIMIT_BYTES = 16 * 1024 * 1024
/** The same while the target fails: the last lines before it recovers are worth keeping, and there may be many writers. */
export const FAILING_LIMIT_BYTES = 256 * 1024
/** Bytes given to the target at once: the way through libuv's pool costs as much as copying about 50 KiB. */
export const BATCH_BYTES = 256 * 1024
/** Pause after a failed write, in ms. */
export const RETRY_MS = 1000
/** Longest wait when closing, in ms: a write to a network file system which is gone never comes back. */
export const CLOSE_TIMEOUT_MS = 5000

const NOTHING = Buffer.alloc(0)

/** Where a QueuedWriter puts its bytes. Its calls never overlap; each may reject. */
export interface WriteTarget {
  /** For people: a path, or "stdout". */
  readonly name: string
  /** Writes some of `bytes`, from the front, and resolves with how many. */
  write(bytes: Buffer): Promise<number>
  reopen(): Promise<void>
  close(): Promise<void>
}

/**
 * Writes blocks of whole lines to a target, one write at a time, and never makes the caller wait or fail. A target which
 * fails is tried again every RETRY_MS.
 */
export class QueuedWriter {
  readonly #target: WriteTarget
  readonly #report: (event: StreamEvent) => void
  #state: 'working' | 'failing' = 'working'
  #queue: Buffer[] = []
  #queuedBytes = 0
  /** Taken from the queue and not yet written to its end. */
  #batch: Buffer = NOTHING
  #droppedLines = 0
  #wantsReopen = false
  #isRunning = false
  #running = Promise.resolve()
  #closing: Promise<void> | undefined
  #retry = new AbortController()
  #waiters: { readonly bytes: number; readonly resolve: () => void }[] = []

  constructor(target: WriteTarget, report: (event: StreamEvent) => void) {
    this.#target = target
    this.#report = report
  }

  /** See OutputStream.write. */
  write(block: Buffer): boolean {
    if (this.#closing !== undefined) return true
    this.#queue.push(block)
    this.#queuedBytes += block.length
    this.#dropBeyondLimit()
    this.#start()
    return this.#state === 'failing' || this.#pendingBytes() <= PAUSE_ABOVE_BYTES
  }

  /** Resolves when no more than `bytes` and no reopening wait, or the target fails. */
  drained(bytes = PAUSE_ABOVE_BYTES / 2): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push({ bytes, resolve })
      this.#releaseWaiters()
    })
  }

  /** Opens the target anew between two writes; resolves as `drained(0)`. A target which fails is tried at once. */
  reopen(): Promise<void> {
    this.#wantsReopen = true
    this.#retry.abort()
    this.#start()
    return this.drained(0)
  }

  /** Writes what waits, within CLOSE_TIMEOUT_MS, and closes the target. A target which fails is tried once more. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#retry.abort()
    await Promise.race([this.#running, delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })])
    this.#dropAll()
    this.#reportDropped()
    if (this.#isRunning) return // The write in flight still uses the descriptor.
    await this.#target.close().catch(() => {
      // Every line was written or counted; there is nobody to try again.
    })
  }

  #start(): void {
    if (this.#isRunning) return
    this.#isRunning = true
    this.#running = this.#run()
  }

  async #run(): Promise<void> {
    while (this.#wantsReopen || this.#pendingBytes() > 0) {
      try {
        await this.#step()
        this.#succeeded()
      } catch (error) {
        this.#failed(error)
        if (this.#closing !== undefined) break
        await this.#pauseBeforeRetry()
      }
      this.#releaseWaiters()
    }
    this.#isRunning = false
  }

  async #step(): Promise<void> {
    if (this.#wantsReopen) {
      // One attempt: a target which could not be opened opens itself at the next write.
      await this.#target.reopen().finally(() => {
        this.#wantsReopen = false
      })
      return
    }
    if (this.#batch.length === 0) this.#takeBatch()
    const written = await this.#target.write(this.#batch)
    this.#batch = this.#batch.subarray(written)
  }

  #takeBatch(): void {
    let count = 0
    let bytes = 0
    for (const block of this.#queue) {
      if (count > 0 && bytes + block.length > BATCH_BYTES) break
      count += 1
      bytes += block.length
    }
    const blocks = this.#queue.splice(0, count)
    this.#queuedBytes -= bytes
    this.#batch = blocks.length > 1 ? Buffer.concat(blocks, bytes) : (blocks[0] ?? NOTHING)
  }

  #succeeded(): void {
    const wasFailing = this.#state === 'failing'
    this.#state = 'working'
    if (!wasFailing) return this.#reportDropped()
    const droppedLines = this.#droppedLines
    this.#droppedLines = 0
    this.#report({ type: 'recovered', target: this.#target.name, droppedLines })
  }

  #failed(error: unknown): void {
    if (this.#state === 'failing') return
    this.#state = 'failing'
    this.#dropBeyondLimit()
    const reason = error instanceof Error ? error : new Error(String(error))
    this.#report({ type: 'failing', target: this.#target.name, error: reason })
    this.#releaseWaiters()
  }

  async #pauseBeforeRetry(): Promise<void> {
    this.#retry = new AbortController()
    await delay(RETRY_MS, undefined, { ref: false, signal: this.#retry.signal }).catch(() => {
      // Woken by reopen or close.
    })
  }

  #pendingBytes(): number {
    return this.#queuedBytes + this.#batch.length
  }

  #releaseWaiters(): void {
    const isReleased = ({ bytes }: { readonly bytes: number }): boolean =>
      this.#state === 'failing' || (!this.#wantsReopen && this.#pendingBytes() <= bytes)
    const released = this.#waiters.filter((waiter) => isReleased(waiter))
    this.#waiters = this.#waiters.filter((waiter) => !isReleased(waiter))
    for (const { resolve } of released) resolve()
  }

  #dropBeyondLimit(): void {
    const limit = this.#state === 'failing' ? FAILING_LIMIT_BYTES : QUEUE_LIMIT_BYTES
    while (this.#queuedBytes > limit) this.#dropOldest()
  }

  #dropAll(): void {
    this.#droppedLines += countLines(this.#batch)
    this.#batch = NOTHING
    while (this.#queue.length > 0) this.#dropOldest()
  }

  #dropOldest(): void {
    const block = this.#queue.shift() ?? NOTHING
    this.#queuedBytes -= block.length
    this.#droppedLines += countLines(block)
  }

  #reportDropped(): void {
    if (this.#droppedLines === 0) return
    const droppedLines = this.#droppedLines
    this.#droppedLines = 0
    this.#report({ type: 'dropped', target: this.#target.name, droppedLines })
  }
}

function countLines(block: Buffer): number {
  let lines = 0
  for (let end = block.indexOf(0x0a); end !== -1; end = block.indexOf(0x0a, end + 1)) lines += 1
  return lines
}
