import { join } from 'node:path'
import { Dealer, Subscriber } from 'zeromq'
import { within } from '../integration/daemon-under-test.ts'

type Frames = readonly Uint8Array[]

/** A client of a circusd in its directory, without any protocol: frames out, frames in. */
export class FrameClient implements Disposable {
  readonly #dealer = new Dealer({ linger: 0 })
  readonly #subscriber = new Subscriber({ linger: 0 })
  readonly #home: string
  readonly #events: AsyncIterator<Frames>
  /** Messages go out one after the other. */
  #sent: Promise<void> = Promise.resolve()

  constructor(home: string) {
    this.#home = home
    this.#dealer.connect(`ipc://${join(home, 'run', 'control')}`)
    this.#events = this.#subscriber[Symbol.asyncIterator]()
  }

  send(...frames: readonly string[]): void {
    this.#sent = this.#sent.then(() => this.#dealer.send([...frames]))
  }

  /** The next reply, whatever it answers. */
  async ask(...frames: readonly string[]): Promise<Frames> {
    this.send(...frames)
    return within(this.#dealer.receive(), `the reply to ${frames.join(' | ')}`)
  }

  /**
   * Resolves when all events are heard, and those of what was done to make sure of that are over.
   * @param restart Restarts a watcher and resolves with its new pid.
   */
  async subscribe(topic: string, restart: () => Promise<number>): Promise<void> {
    this.#subscriber.connect(`ipc://${join(this.#home, 'run', 'events')}`)
    this.#subscriber.subscribe(topic)
    const heard = { isFirst: false }
    const first = this.event().then(() => (heard.isFirst = true))
    // Events before the subscription are lost, and nobody tells when it has come into force.
    while (!heard.isFirst) await restart()
    await first
    const pid = await restart()
    const isSpawn = ([, payload]: Frames): boolean =>
      String(payload).includes(`"process_pid":${pid},`)
    while (!isSpawn(await within(this.event(), `the spawn of ${pid}`)));
    await within(this.event(), 'the start after it')
  }

  /** The next event. */
  async event(): Promise<Frames> {
    const { value, done } = await this.#events.next()
    if (done === true) throw new Error('the client is closed')
    return value
  }

  close(): void {
    this.#dealer.close()
    this.#subscriber.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
