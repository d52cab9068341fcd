import type { Readable } from 'node:stream'
import type { StreamOptions, WatcherOptions } from '../config/options.ts'
import { createStream, type StreamContext } from '../streams/create-stream.ts'
import { routeOutput } from '../streams/route-output.ts'
import { openStdoutWriter } from '../streams/stdout-stream.ts'
import type { OutputStream, StreamEvent } from '../streams/stream.ts'
import { SwitchedStream } from '../streams/switched-stream.ts'
import type { Log } from './log.ts'

/** Where the output of one watcher's processes goes. Null: where the daemon's own goes. */
export interface WatcherOutputs {
  readonly stdout: SwitchedStream | null
  readonly stderr: SwitchedStream | null
}

/** A stream of the configuration cannot be made; the message names the watcher and says why. */
export class OutputError extends Error {
  override readonly name = 'OutputError'
}

/** Time in which the last lines of ended processes are waited for when the daemon leaves. */
const LAST_LINES_MS = 1_000

/** The streams of one watcher with the options they were made with. */
interface Made extends WatcherOutputs {
  readonly options: Pick<WatcherOptions, 'stdoutStream' | 'stderrStream'>
}

/** The streams of all watchers. They are opened with the daemon and closed with it, whatever becomes of processes. */
export class Outputs {
  readonly #byWatcher = new Map<string, Made>()
  /** Streams that their watchers have no more: what ran then still writes to them. */
  readonly #replaced: OutputStream[] = []
  readonly #routes = new Set<Promise<void>>()
  readonly #context: StreamContext

  private constructor(log: Log) {
    this.#context = {
      stdout: openStdoutWriter((event) => tell(log, event)),
      report: (event) => tell(log, event),
    }
  }

  /** @throws {OutputError} If one of the streams cannot be made; none is left open then. */
  static async open(watchers: readonly WatcherOptions[], log: Log): Promise<Outputs> {
    const outputs = new Outputs(log)
    try {
      for (const watcher of watchers) outputs.define(watcher)
      return outputs
    } catch (error) {
      await outputs.close()
      throw error
    }
  }

  /**
   * The streams of a watcher that is new, or has other options. What runs writes to the new ones from now on; where there was
   * no stream, or is none any more, it goes on as it was started.
   * @throws {OutputError} If one of them cannot be made; nothing has changed then.
   */
  define({ name, stdoutStream, stderrStream }: WatcherOptions): void {
    const options = { stdoutStream, stderrStream }
    const before = this.#byWatcher.get(name)
    const fresh: OutputStream[] = []
    const make = (key: keyof typeof options): OutputStream | null => {
      const wanted = options[key]
      if (wanted === null || isSame(before?.options[key] ?? null, wanted)) return null
      const stream = createStream(wanted, this.#context)
      fresh.push(stream)
      return stream
    }
    try {
      const [stdout, stderr] = [make('stdoutStream'), make('stderrStream')]
      this.#byWatcher.set(name, {
        options,
        stdout: this.#replace(before?.stdout ?? null, stdout, stdoutStream),
        stderr: this.#replace(before?.stderr ?? null, stderr, stderrStream),
      })
    } catch (error) {
      for (const stream of fresh) void stream.close()
      const why = error instanceof Error ? error.message : String(error)
      throw new OutputError(`watcher "${name}": ${why}`, { cause: error })
    }
  }

  #replace(
    before: SwitchedStream | null,
    made: OutputStream | null,
    wanted: StreamOptions | null,
  ): SwitchedStream | null {
    if (wanted === null) {
      if (before !== null) this.#replaced.push(before)
      return null
    }
    if (made === null) return before
    if (before === null) return new SwitchedStream(made)
    before.switchTo(made)
    return before
  }

  /** The watcher exists no more; what it may have left running still has its streams. */
  remove(watcher: string): void {
    const before = this.#byWatcher.get(watcher)
    this.#byWatcher.delete(watcher)
    if (before !== undefined) this.#replaced.push(...streamsOf(before))
  }

  of(watcher: string): WatcherOutputs {
    return this.#byWatcher.get(watcher) ?? { stdout: null, stderr: null }
  }

  /** Sends what a process writes to a stream, until the process and all who hold its pipe have ended. */
  route(pipe: Readable, pid: number, name: 'stdout' | 'stderr', stream: OutputStream | null): void {
    if (stream === null) return
    const route = routeOutput(pipe, { pid, name }, stream)
    this.#routes.add(route)
    void route.finally(() => this.#routes.delete(route))
  }

  /** Opens every file anew, after logrotate has moved them away. */
  async reopen(): Promise<void> {
    await Promise.all(this.#streams().map((stream) => stream.reopen()))
  }

  /** Waits a moment for the last lines, writes what is waiting and closes the files. */
  async close(): Promise<void> {
    const limit = new Promise((resolve) => setTimeout(resolve, LAST_LINES_MS).unref())
    await Promise.race([Promise.all(this.#routes), limit])
    await Promise.all(this.#streams().map((stream) => stream.close()))
  }

  #streams(): readonly OutputStream[] {
    return [...Array.from(this.#byWatcher.values()).flatMap(streamsOf), ...this.#replaced]
  }
}

function streamsOf({ stdout, stderr }: WatcherOutputs): readonly OutputStream[] {
  return [stdout, stderr].filter((stream) => stream !== null)
}

function isSame(left: StreamOptions | null, right: StreamOptions): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

function tell(log: Log, event: StreamEvent): void {
  switch (event.type) {
    case 'failing':
      log('error', `cannot write output to ${event.target}: ${event.error.message}; trying again`)
      return
    case 'recovered':
      log('warning', `${event.target} takes output again; ${event.droppedLines} lines were lost`)
      return
    case 'dropped':
      log('warning', `${event.droppedLines} lines for ${event.target} were lost`)
  }
}
