import type { OutputSource, OutputStream } from './stream.ts'

/** A stream in whose place another one can be put while processes write to it: from then on their lines go there. */
export class SwitchedStream implements OutputStream {
  #current: OutputStream
  /** Those which were replaced, until they have written what was waiting in them. */
  readonly #closing = new Set<Promise<void>>()

  constructor(first: OutputStream) {
    this.#current = first
  }

  /** The stream of before writes what is waiting, and is closed. */
  switchTo(next: OutputStream): void {
    const closing = this.#current.close()
    this.#current = next
    this.#closing.add(closing)
    void closing.finally(() => this.#closing.delete(closing))
  }

  write(lines: Buffer, source: OutputSource): boolean {
    return this.#current.write(lines, source)
  }

  drained(): Promise<void> {
    return this.#current.drained()
  }

  flush(): Promise<void> {
    return this.#current.flush()
  }

  reopen(): Promise<void> {
    return this.#current.reopen()
  }

  async close(): Promise<void> {
    await Promise.all([this.#current.close(), ...this.#closing])
  }
}
