import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileStream } from './file-stream.ts'
import type { QueuedWriter } from './queued-writer.ts'
import type { OutputStream, StreamEvent } from './stream.ts'
import { StdoutStream } from './stdout-stream.ts'

/** What streams need from the daemon. */
export interface StreamContext {
  /** See `openStdoutWriter`. */
  readonly stdout: QueuedWriter
  readonly report: (event: StreamEvent) => void
}

/** Options `stdout_stream.*` or `stderr_stream.*`, checked. */
export interface StreamOptions {
  readonly class: 'FileStream' | 'StdoutStream'
  /** null: a file in the directory for temporary ones. */
  readonly filename: string | null
  /** Size at which the file is rotated; 0: never. */
  readonly maxBytes: number
  /** Rotated files which are kept. */
  readonly backupCount: number
  /** strftime(3) format of the time before every line; null: no time. */
  readonly timeFormat: string | null
}

/**
 * Makes the stream that the options ask for.
 * @throws {SystemError} If its file cannot be opened.
 */
export function createStream(options: StreamOptions, context: StreamContext): OutputStream {
  switch (options.class) {
    case 'StdoutStream':
      return new StdoutStream(context.stdout)
    case 'FileStream':
      return createFileStream(options, context)
  }
}

function createFileStream(options: StreamOptions, { report }: StreamContext): OutputStream {
  const { maxBytes, backupCount, timeFormat } = options
  const filename = options.filename ?? join(tmpdir(), `circus-${randomUUID()}.log`)
  return new FileStream(
    { filename, timeFormat: timeFormat ?? undefined, maxBytes, backupCount },
    report,
  )
}
