import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileStream } from './file-stream.ts'
import type { QueuedWriter } from './queued-writer.ts'
import type { OutputStream, StreamEvent } from './stream.ts'
import { StdoutStream } from './stdout-stream.ts'

/** Options of a stream are unusable. */
export class StreamOptionError extends Error {
  override readonly name = 'StreamOptionError'
  readonly code = 'ERR_STREAM_OPTION'
}

/** What streams need from the daemon. */
export interface StreamContext {
  /** See `openStdoutWriter`. */
  readonly stdout: QueuedWriter
  readonly report: (event: StreamEvent) => void
}

/** The part of an option's name after `stdout_stream.`, with its value as it stands in the file. */
export type StreamOptions = Readonly<Record<string, string>>

/**
 * Makes the stream that options `stdout_stream.*` or `stderr_stream.*` ask for: of the class named by `class`, bare or as
 * `circus.stream.NAME`; without a class, a FileStream if there is a `filename`. Unknown options are ignored, as Circus does.
 * @throws {StreamOptionError} If there is neither, or the class is not supported, or a value is not.
 * @throws {SystemError} If the file cannot be opened.
 */
export function createStream(options: StreamOptions, context: StreamContext): OutputStream {
  const className = options['class'] ?? (options['filename'] === undefined ? '' : 'FileStream')
  if (className === '') {
    throw new StreamOptionError('Cannot make a stream: it has neither class nor filename')
  }
  const create = CLASSES.get(className.replace(/^circus\.stream\./, ''))
  if (create === undefined) {
    const supported = [...CLASSES.keys()].join(', ')
    throw new StreamOptionError(
      `Cannot make a stream of class ${className}: not supported yet; supported are ${supported}`,
    )
  }
  return create(options, context)
}

const CLASSES: ReadonlyMap<
  string,
  (options: StreamOptions, context: StreamContext) => OutputStream
> = new Map([
  ['FileStream', createFileStream],
  ['StdoutStream', (_options, context) => new StdoutStream(context.stdout)],
])

function createFileStream(options: StreamOptions, { report }: StreamContext): OutputStream {
  const file = {
    filename: options['filename'] ?? join(tmpdir(), `circus-${randomUUID()}.log`),
    timeFormat: options['time_format'],
    maxBytes: count(options, 'max_bytes'),
    backupCount: count(options, 'backup_count'),
  }
  return new FileStream(file, report)
}

function count(options: StreamOptions, name: string): number {
  const text = options[name] ?? '0'
  if (/^\d+$/.test(text)) return Number(text)
  throw new StreamOptionError(
    `Cannot use stream option ${name} as a number of 0 or more: current value is ${text}`,
  )
}
