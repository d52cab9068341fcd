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
}

export interface EventsOptions {
  /** `ipc://PATH` or `tcp://HOST:PORT`: the event endpoint of circusd. */
  readonly endpoint: string
  /** Prefixes of topics. Default: all events of all watchers. */
  readonly topics?: readonly string[]
  /** Its abort ends the iteration, without an error. */
  readonly signal?: AbortSignal
}

/**
 * The events from now on: there is no history, and events that come while the connection is being made or faster
 * than they are read are lost. The connection is closed when the iteration ends.
 * @throws {EndpointError} If the endpoint is invalid.
 */
export function events({
  endpoint,
  topics = ['watcher.'],
  signal,
}: EventsOptions): AsyncIterable<CircusEvent> {
  return receive(connectSubscriber(endpoint, topics), signal)
}

async function* receive(
  subscriber: SubscriberSocket,
  signal: AbortSignal | undefined,
): AsyncGenerator<CircusEvent> {
  const close = (): void => subscriber.close()
  signal?.addEventListener('abort', close, { once: true })
  if (signal?.aborted === true) close()
  try {
    for await (const frames of subscriber) {
      const event = decodeEvent(frames)
      if (event !== null) yield event
    }
  } finally {
    signal?.removeEventListener('abort', close)
    close()
  }
}

/** The name of a watcher may contain dots, the name of an event does not. null for what is no event. */
function decodeEvent([topicFrame, payloadFrame]: readonly Uint8Array[]): CircusEvent | null {
  if (topicFrame === undefined || payloadFrame === undefined) return null
  const topic = new TextDecoder().decode(topicFrame)
  const payload = decodeReply(payloadFrame)
  const [, watcher, name] = /^watcher\.(.*)\.([^.]+)$/.exec(topic) ?? []
  if (payload === undefined || watcher === undefined || name === undefined) return null
  return { topic, watcher, name, payload }
}
