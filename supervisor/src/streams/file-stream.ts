import { wallNow } from '../os/clock.ts'
import { LinePrefix } from './line-prefix.ts'
import { LogFile, type Rotation } from './log-file.ts'
import { QueuedWriter } from './queued-writer.ts'
import type { OutputSource, OutputStream, StreamEvent } from './stream.ts'

export interface FileStreamOptions extends Rotation {
  readonly filename: string
  /** strftime format of the prefix of each line; undefined = lines are written as they came. */
  readonly timeFormat: string | undefined
}

/** Appends lines to a file (Circus: FileStream). */
export class FileStream implements OutputStream {
  readonly #writer: QueuedWriter
  readonly #prefix: LinePrefix | undefined

  /** @throws {SystemError} If the file cannot be opened. */
  constructor(options: FileStreamOptions, report: (event: StreamEvent) => void) {
    this.#writer = new QueuedWriter(new LogFile(options.filename, options), report)
    this.#prefix = options.timeFormat === undefined ? undefined : new LinePrefix(options.timeFormat)
  }

  write(lines: Buffer, source: OutputSource): boolean {
    return this.#writer.write(this.#prefix?.apply(lines, source.pid, wallNow()) ?? lines)
  }

  drained(): Promise<void> {
    return this.#writer.drained()
  }

  flush(): Promise<void> {
    return this.#writer.drained(0)
  }

  reopen(): Promise<void> {
    return this.#writer.reopen()
  }

  close(): Promise<void> {
    return this.#writer.close()
  }
}
