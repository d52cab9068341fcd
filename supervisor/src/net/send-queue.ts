/** The frames of one message. */
export type Frames = readonly (string | Uint8Array)[]

/** Messages that may wait for a socket. A peer that reads nothing costs this much memory and no more. */
export const MAX_QUEUED_MESSAGES = 10_000

/**
 * Sends one message after the other. A zeromq.js socket throws when a second send begins before the first has ended,
 * and two requests that are answered at the same time must not meet like that.
 */
export class SendQueue {
  readonly #send: (frames: Frames) => Promise<void>
  readonly #waiting: Frames[] = []
  #sending: Promise<void> | null = null

  constructor(send: (frames: Frames) => Promise<void>) {
    this.#send = send
  }

  /** @returns Whether the message was taken; false when the queue is full. */
  push(frames: Frames): boolean {
    if (this.#waiting.length >= MAX_QUEUED_MESSAGES) return false
    this.#waiting.push(frames)
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null
    })
    return true
  }

  /** Resolves when everything that was pushed has been sent or lost. Never, if the socket never takes it. */
  async drained(): Promise<void> {
    while (this.#sending !== null) await this.#sending
  }

  async #sendAll(): Promise<void> {
    for (let frames = this.#waiting.shift(); frames; frames = this.#waiting.shift()) {
      try {
        await this.#send(frames)
      } catch {
        // The socket was closed or its peer has gone. ZeroMQ loses such messages too; the next one has its own chance.
      }
    }
  }
}
