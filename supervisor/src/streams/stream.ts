/** Which pipe of which process a piece of output came from. */
export interface OutputSource {
  readonly pid: number
  readonly name: 'stdout' | 'stderr'
}

/**
 * Where the output of a watcher's processes goes (Circus: `stdout_stream`, `stderr_stream`). One stream takes the lines of
 * many processes. No method throws or rejects: a stream whose disk fails keeps the newest lines in memory, counts what it
 * drops, tries again, and tells it as a StreamEvent.
 */
export interface OutputStream {
  /**
   * Takes whole lines, each with its line feed, and keeps the buffer: it must not change after.
   * @returns false if there is more waiting than the stream likes: whoever then waits for `drained` loses no line.
   */
  write(lines: Buffer, source: OutputSource): boolean
  /** Resolves when `write` may go on: little is waiting, or the stream fails and drops what it cannot keep. */
  drained(): Promise<void>
  /** Resolves when all that was written so far has reached the system, or the stream fails. */
  flush(): Promise<void>
  /** Opens the file of that name anew, after somebody moved the old one away (logrotate). */
  reopen(): Promise<void>
  /** Writes what is waiting and lets go of the file. Idempotent; later writes are lost. */
  close(): Promise<void>
}

/** What a stream tells about itself. `target` is the file's path, or "stdout". */
export type StreamEvent =
  | { readonly type: 'failing'; readonly target: string; readonly error: Error }
  /** It works again. `droppedLines` were lost since it began to fail. */
  | { readonly type: 'recovered'; readonly target: string; readonly droppedLines: number }
  /** Lines were dropped for good: the stream was closed while it failed, or nobody waited for `drained`. */
  | { readonly type: 'dropped'; readonly target: string; readonly droppedLines: number }
