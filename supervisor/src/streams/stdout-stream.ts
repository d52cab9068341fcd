import { write } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { errorCode } from '../os/system-error.ts'
import { QueuedWriter, type WriteTarget } from './queued-writer.ts'
import type { OutputStream, StreamEvent } from './stream.ts'

/** Pause before standard output which is full is tried again, in ms. */
export const FULL_RETRY_MS = 20

/**
 * Writes lines to our own standard output (Circus: StdoutStream). All such streams share one writer, because the kernel
 * may mix two large writes to a pipe.
 */
export class StdoutStream implements OutputStream {
  readonly #writer: QueuedWriter

  /** @param writer See `openStdoutWriter`; its owner closes it. */
  constructor(writer: QueuedWriter) {
    this.#writer = writer
  }

  write(lines: Buffer): boolean {
    return this.#writer.write(lines)
  }

  drained(): Promise<void> {
    return this.#writer.drained()
  }

  flush(): Promise<void> {
    return this.#writer.drained(0)
  }

  /** There is no file to open anew. */
  async reopen(): Promise<void> {}

  close(): Promise<void> {
    return this.flush()
  }
}

/**
 * The writer of all StdoutStreams. It does not use process.stdout, which blocks us when nobody reads the pipe.
 * @param fd Where to write, default standard output.
 */
export function openStdoutWriter(report: (event: StreamEvent) => void, fd = 1): QueuedWriter {
  const target: WriteTarget = {
    name: 'stdout',
    write: (bytes) => writeWhatFits(fd, bytes),
    reopen: () => Promise.resolve(),
    close: () => Promise.resolve(), // Standard output is not ours to close.
  }
  return new QueuedWriter(target, report)
}

/** Whoever shares our standard output may have made it non-blocking: then a full one is slow, not broken. */
async function writeWhatFits(fd: number, bytes: Buffer): Promise<number> {
  try {
    const { bytesWritten } = await writeAsync(fd, bytes, 0, bytes.length, null)
    return bytesWritten
  } catch (error) {
    if (errorCode(error) !== 'EAGAIN') throw error
    await delay(FULL_RETRY_MS)
    return 0
  }
}

const writeAsync = promisify(write)
