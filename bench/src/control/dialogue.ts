import { connectDealer, type DealerSocket } from '../../../supervisor/dist/net/zmq.js'

/** A command and its properties. */
export type Command = readonly [name: string, properties: object]

/** Longest wait for a reply, in ms: whoever takes longer is no result but a failure. */
const PATIENCE_MS = 30_000

/** A client of a control endpoint which asks as fast as it gets answers. */
export class Dialogue implements Disposable {
  readonly #socket: DealerSocket
  readonly #replies: AsyncIterator<readonly Uint8Array[]>

  constructor(endpoint: string) {
    this.#socket = connectDealer(endpoint)
    this.#replies = this.#socket[Symbol.asyncIterator]()
  }

  /** @throws {Error} If the reply tells of a failure, or does not come. */
  async ask(command: Command): Promise<Readonly<Record<string, unknown>>> {
    await this.#send(command)
    return parse(await this.#receive(command))
  }

  /** One command after the other for that long. @returns How long each took to its reply, in ms. */
  async time(command: Command, seconds: number): Promise<readonly number[]> {
    const times: number[] = []
    const endsAt = performance.now() + seconds * 1_000
    while (performance.now() < endsAt) {
      const sentAt = performance.now()
      await this.#send(command)
      const reply = await this.#receive(command)
      times.push(performance.now() - sentAt)
      rejectError(reply)
    }
    return times
  }

  /** Commands in turn, with so many under way all the time. @returns Replies per second. */
  async flood(commands: readonly Command[], underWay: number, seconds: number): Promise<number> {
    let sent = 0
    const sendNext = async (): Promise<Command> => {
      const command = commands[sent % commands.length] ?? ['ping', {}]
      sent += 1
      await this.#send(command)
      return command
    }
    for (let first = 0; first < underWay; first += 1) await sendNext()
    const startedAt = performance.now()
    let replies = 0
    while (performance.now() - startedAt < seconds * 1_000) {
      rejectError(await this.#receive(await sendNext()))
      replies += 1
    }
    const perSecond = replies / ((performance.now() - startedAt) / 1_000)
    for (let last = 0; last < underWay; last += 1) await this.#receive(['the last ones', {}])
    return perSecond
  }

  [Symbol.dispose](): void {
    this.#socket.close()
  }

  async #send([command, properties]: Command): Promise<void> {
    await this.#socket.send([JSON.stringify({ id: '1', command, properties })])
  }

  async #receive([command]: Command): Promise<Uint8Array> {
    let timer: NodeJS.Timeout | undefined
    const impatience = new Promise<never>((_, reject) => {
      const fail = (): void => reject(new Error(`Cannot get a reply to ${command}: waited 30 s`))
      timer = setTimeout(fail, PATIENCE_MS)
    })
    const next = await Promise.race([this.#replies.next(), impatience])
    clearTimeout(timer)
    if (next.done === true || next.value[0] === undefined) throw new Error('the socket is closed')
    return next.value[0]
  }
}

/** Large replies are not parsed while time is taken: all dialogues share one thread. Our replies begin with their status. */
function rejectError(frame: Uint8Array): void {
  const beginning = new TextDecoder().decode(frame.subarray(0, LENGTH_SHOWN))
  if (beginning.startsWith('{"status":"error"')) throw new Error(`Cannot measure: ${beginning}`)
}

/** Enough for the reason of an error, in bytes. */
const LENGTH_SHOWN = 200

function parse(frame: Uint8Array): Readonly<Record<string, unknown>> {
  rejectError(frame)
  return JSON.parse(new TextDecoder().decode(frame)) as Readonly<Record<string, unknown>>
}
