import type { Listener } from '../os/socket.ts'
import { ReadableWatch } from '../os/wait-readable.ts'

/** Tells the first connection for watchers that sleep. Several of them may share a socket. */
export class Demands {
  readonly #watch = new ReadableWatch()
  /** Who waits at a descriptor. */
  readonly #waiting = new Map<number, Set<string>>()
  readonly #tell: (watcher: string) => void
  #letGo: Promise<unknown> = Promise.resolve()

  /** @param tell Called once for each `await`, when a connection waits. */
  constructor(tell: (watcher: string) => void) {
    this.#tell = tell
  }

  await(watcher: string, listeners: readonly Listener[]): void {
    for (const { fd } of listeners) {
      const waiting = this.#waiting.get(fd)
      if (waiting !== undefined) {
        waiting.add(watcher)
        continue
      }
      this.#waiting.set(fd, new Set([watcher]))
      this.#watch.watch(fd, () => this.#wake(fd))
    }
  }

  ignore(watcher: string): void {
    for (const [fd, waiting] of this.#waiting) {
      if (!waiting.delete(watcher) || waiting.size > 0) continue
      this.#waiting.delete(fd)
      this.#letGo = Promise.all([this.#letGo, this.#watch.unwatch(fd)])
    }
  }

  /** Resolves when the sockets that were ignored until now can be closed, and their addresses bound again. */
  async settled(): Promise<void> {
    await this.#letGo
  }

  /** Resolves when nobody looks at any socket any more. Idempotent. */
  close(): Promise<void> {
    this.#waiting.clear()
    return this.#watch.close()
  }

  #wake(fd: number): void {
    const woken = this.#waiting.get(fd) ?? new Set()
    this.#waiting.delete(fd)
    for (const watcher of woken) {
      this.ignore(watcher)
      this.#tell(watcher)
    }
  }
}
