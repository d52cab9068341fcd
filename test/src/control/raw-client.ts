import type { TestContext } from 'node:test'
import { within } from '../integration/daemon-under-test.ts'
import type { ClientKeys } from '../../../supervisor/dist/net/curve.js'
import { connectDealer, type DealerSocket } from '../../../supervisor/dist/net/zmq.js'

/** A client without any protocol: frames out, replies in, in the order in which they come. */
export class RawClient {
  readonly #socket: DealerSocket
  readonly #replies: AsyncIterator<readonly Uint8Array[]>

  constructor(t: TestContext, endpoint: string, keys: ClientKeys | null = null) {
    this.#socket = connectDealer(endpoint, keys)
    this.#replies = this.#socket[Symbol.asyncIterator]()
    t.after(() => this.#socket.close())
  }

  send(...frames: readonly (string | Uint8Array)[]): void {
    void this.#socket.send(frames)
  }

  sendJson(request: object): void {
    this.send(JSON.stringify(request))
  }

  /** The next reply, parsed. */
  async reply(): Promise<unknown> {
    const { value, done } = await within(this.#replies.next(), 'a reply')
    if (done === true) throw new Error('the client is closed')
    const frames: readonly Uint8Array[] = value
    if (frames.length !== 1) throw new Error(`${frames.length} frames, must be 1`)
    return JSON.parse(new TextDecoder().decode(frames[0]))
  }

  async ask(request: object): Promise<unknown> {
    this.sendJson(request)
    return this.reply()
  }
}
