import { keysFor } from './client-keys.ts'
import type { ClientKeys } from '../net/curve.ts'
import { connectSubscriber, type SubscriberSocket } from '../net/zmq.ts'
import { decodeReply } from '../protocol/reply.ts'

/** Something that happened to a watcher. */
export interface CircusEvent {
  /** `watcher.NAME.EVENT` as it came. */
  readonly topic: string
  /** In lower case, with `_` for spaces. */
  readonly watcher: string
  /** `spawn`, `reap`, `kill`, `start`, `stop`, `reload`, ... */
  readonly name: string
  /** Always with `time`, in seconds since 1970; `process_pid` and `exit_code` where they make sense. */
  readonly payload: Readonly<Record<string, unknown>>
  /**
   * Events, of whatever topic, that circusd has published since the one before and that did not arrive, because they were read too
   * slowly or the connection was down. What was published before the first event that arrives is not counted, nor what
   * is lost while circusd itself starts anew.
   */
  readonly lost: number
}

export interface EventsOptions {
  /** `ipc://PATH` or `tcp://HOST:PORT`: the event endpoint of circusd. */
  readonly endpoint: string
  /** Prefixes of topics. Default: all events of all watchers. */
  readonly topics?: readonly string[]
  /** As in `ConnectOptions`. */
  readonly keys?: ClientKeys | null
  /** Its abort ends the iteration, without an error. */
  readonly signal?: AbortSignal
}

/**
 * The events from now on: there is no history, and events that come while the connection is being made or faster
 * than they are read are lost; `lost` says how many. The connection is closed when the iteration ends.
 * @throws {EndpointError} If the endpoint is invalid.
 */
export function events({
  endpoint,
  topics = ['watcher.'],
  keys = null,
  signal,
}: EventsOptions): AsyncIterable<CircusEvent> {
  // Everything is subscribed to and chosen from here: in what ZeroMQ leaves out by topic, a loss could not be seen.
  return receive(connectSubscriber(endpoint, [''], keysFor(endpoint, keys)), topics, signal)
}

async function* receive(
  subscriber: SubscriberSocket,
  topics: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<CircusEvent> {
  const close = (): void => subscriber.close()
  signal?.addEventListener('abort', close, { once: true })
  if (signal?.aborted === true) close()
  const losses = new Losses()
  try {
    for await (const frames of subscriber) {
      const event = decodeEvent(frames)
      if (event === null) continue
      losses.note(event.payload['seq'])
      if (!topics.some((topic) => event.topic.startsWith(topic))) continue
      yield { ...event, lost: losses.take() }
    }
  } finally {
    signal?.removeEventListener('abort', close)
    close()
  }
}

/** Adds up what is missing between the numbers of events. */
class Losses {
  #last: number | null = null
  #lost = 0

  /** @param seq Counts all events of one circusd. One that is no larger than the last is of another circusd; Circus has none. */
  note(seq: unknown): void {
    if (typeof seq !== 'number') return
    if (this.#last !== null && seq > this.#last) this.#lost += seq - this.#last - 1
    this.#last = seq
  }

  /** What was lost since it was asked last. */
  take(): number {
    const lost = this.#lost
    this.#lost = 0
    return lost
  }
}

/** The name of a watcher may contain dots, the name of an event does not. null for what is no event. */
function decodeEvent([topicFrame, payloadFrame]: readonly Uint8Array[]): Omit<
  CircusEvent,
  'lost'
> | null {
  if (topicFrame === undefined || payloadFrame === undefined) return null
  const topic = new TextDecoder().decode(topicFrame)
  const payload = decodeReply(payloadFrame)
  const [, watcher, name] = /^watcher\.(.*)\.([^.]+)$/.exec(topic) ?? []
  if (payload === undefined || watcher === undefined || name === undefined) return null
  return { topic, watcher, name, payload }
}
