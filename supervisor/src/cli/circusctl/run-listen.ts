import { connect } from '../../client/client.ts'
import { CallTimeoutError, ErrorReplyError } from '../../client/errors.ts'
import { EndpointError } from '../../net/endpoint-error.ts'
import { connectSubscriber } from '../../net/zmq.ts'
import { controlEndpoint } from './control-endpoint.ts'
import { eventText } from './event-text.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { explainSilence } from './explain-silence.ts'
import type { Session } from './session.ts'

/**
 * Prints events until it is interrupted, which is its normal end.
 * @param topics Beginnings of topics; all events if there are none.
 */
export async function runListen(topics: readonly string[], session: Session): Promise<ExitCode> {
  try {
    const endpoint = await eventEndpoint(session)
    if (endpoint === null) return EXIT.noAnswer
    await printEvents(endpoint, topics.length === 0 ? [''] : topics, session)
    return EXIT.ok
  } catch (error) {
    if (session.signal.aborted) return EXIT.ok
    if (!(error instanceof EndpointError)) throw error
    console.error(error.message)
    return EXIT.noAnswer
  }
}

/** The given one, as for Circus; else what circusd says. null if nobody tells, which has been explained then. */
async function eventEndpoint(session: Session): Promise<string | null> {
  const { endpoint: given, tunnel, timeoutMs, signal, keys } = session
  if (given !== null) return tunnel === null ? given : tunnel.forward(given)
  const found = await controlEndpoint(session)
  const client = connect({ endpoint: found.endpoint, timeoutMs, keys })
  try {
    const { options } = await client.call(
      'globaloptions',
      { option: 'pubsub_endpoint' },
      { signal },
    )
    const endpoint = String(options['pubsub_endpoint'])
    return tunnel === null ? endpoint : await tunnel.forward(endpoint)
  } catch (error) {
    if (error instanceof CallTimeoutError) {
      console.error(
        `Timed out.\n${await explainSilence(error, found, { name: 'globaloptions', session })}`,
      )
      return null
    }
    if (!(error instanceof ErrorReplyError)) throw error
    console.error(`error: ${error.message}`)
    return null
  } finally {
    client.close()
  }
}

async function printEvents(
  endpoint: string,
  topics: readonly string[],
  { format, style, signal }: Session,
): Promise<void> {
  const subscriber = connectSubscriber(endpoint, topics)
  const close = (): void => subscriber.close()
  signal.addEventListener('abort', close, { once: true })
  try {
    if (style.isLive) console.error(`Listening at ${endpoint}, Ctrl-C ends`)
    for await (const [topic, payload] of subscriber) {
      if (topic !== undefined && payload !== undefined) {
        console.log(eventText(topic, payload, { format, layout: style.layout }))
      }
    }
  } finally {
    signal.removeEventListener('abort', close)
    if (!signal.aborted) close()
  }
}
