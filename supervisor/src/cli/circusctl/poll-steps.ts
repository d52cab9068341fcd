import { setTimeout } from 'node:timers/promises'
import type { Client } from '../../client/client.ts'
import { ErrorReplyError } from '../../client/errors.ts'
import type { Properties } from '../../protocol/properties.ts'
import { allWatchersStep, watcherStep } from './describe-step.ts'

/** Pause before the first question and between two, in ms: what is over before needs no progress. */
const POLL_MS = 500

/** How far a command on a watcher, or on all, has come, by asking for the state again and again. Ends with `signal`, or when nobody answers. */
export async function* pollSteps(
  client: Client,
  properties: Properties,
  signal: AbortSignal,
): AsyncGenerator<string> {
  try {
    for (;;) {
      await setTimeout(POLL_MS, undefined, { signal })
      yield await step(client, properties['name'], signal)
    }
  } catch {
    // Over, or nobody there: whoever waits for the reply hears of it.
  }
}

async function step(client: Client, name: unknown, signal: AbortSignal): Promise<string> {
  const all = async (): Promise<string> => {
    const { statuses } = await client.call('status', {}, { signal })
    return allWatchersStep(statuses)
  }
  if (typeof name !== 'string') return all()
  try {
    const [{ status, slots }, { options }, { numprocesses }] = await Promise.all([
      client.call('status', { name }, { signal }),
      client.call('options', { name }, { signal }),
      client.call('numprocesses', { name }, { signal }),
    ])
    const idle = slots?.length ?? 0
    return watcherStep({ name, status, idle, wanted: options['numprocesses'], numprocesses })
  } catch (error) {
    // A pattern, or a watcher that has gone.
    if (error instanceof ErrorReplyError) return all()
    throw error
  }
}
