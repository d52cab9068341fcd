import { connect } from '../../client/client.ts'
import { type CallTimeoutError, ErrorReplyError } from '../../client/errors.ts'
import type { ReplyFields } from '../../protocol/reply.ts'
import { findCommand } from '../../protocol/command-table.ts'
import type { FoundEndpoint } from './find-endpoint.ts'
import { probeEndpoint, type Listener } from './probe-endpoint.ts'
import type { Session } from './session.ts'

/** Longest time for each question after a time-out, in ms. */
const SECOND_CHANCE_MS = 1_000

/**
 * What is known after a time-out, and what to do: nobody is there, or one who does not let us in, or circusd is
 * there and the command takes its time.
 * @param asked The command that was not answered.
 */
export async function explainSilence(
  { endpoint, timeoutMs }: Pick<CallTimeoutError, 'endpoint' | 'timeoutMs'>,
  found: FoundEndpoint,
  asked: { readonly name: string; readonly session: Session },
): Promise<string> {
  const { name: command, session } = asked
  const { shownAs = endpoint } = found
  const listener = await probeEndpoint(endpoint)
  const hasKeys = session.keys !== null && endpoint.startsWith('tcp://')
  if (listener.type !== 'zeromq' || (listener.mechanism !== 'NULL' && !hasKeys)) {
    return explainListener(listener, shownAs, found)
  }
  const jobs = await askAgain(endpoint, session)
  const seconds = timeoutMs / 1_000
  if (jobs === null) {
    return `Somebody listens at ${shownAs} and answers nothing, neither ${command} within ${seconds} s nor a simpler question: circusd is stopped or very busy, or it is another program`
  }
  const begun = `circusd answers at ${shownAs}, but has not ended ${command} within ${seconds} s: it goes on with it; raise --timeout to wait longer`
  return jobs === '' ? begun : `${begun}\nWhat it is doing:\n${jobs}`
}

function explainListener(listener: Listener, endpoint: string, found: FoundEndpoint): string {
  const { missed } = found
  switch (listener.type) {
    case 'nobody':
      return missed.length === 0
        ? `Nobody listens at ${endpoint}: start circusd, or check --endpoint`
        : `Nobody listens at ${missed.join(' or ')}, nor at ${endpoint}: start circusd, or say with --endpoint where it is`
    case 'refused':
      // ssh has taken the connection before it asked the other side.
      if (found.shownAs !== undefined) {
        return `Nobody listens at ${endpoint}, or ssh may not forward to it: say with --endpoint where circusd listens over there`
      }
      return `Cannot connect to ${endpoint}: ${listener.reason}. Check --endpoint, and whether circusd is yours`
    case 'silent':
      return `Somebody accepts connections at ${endpoint} and says nothing: circusd is stopped or very busy, or it is another program`
    case 'stranger':
      return `Something listens at ${endpoint} that does not speak ZeroMQ: check --endpoint`
    case 'zeromq':
      return `Somebody listens at ${endpoint} and lets nobody in without the right keys (${listener.mechanism})`
    case 'unknown':
      return `Nobody answered at ${endpoint}: check --endpoint, or raise --timeout if circusd is slow`
  }
}

/** What circusd is doing, for people; empty if it cannot tell, null if it does not answer. */
async function askAgain(endpoint: string, { keys }: Session): Promise<string | null> {
  const client = connect({ endpoint, timeoutMs: SECOND_CHANCE_MS, keys })
  try {
    await client.call('numwatchers', {})
    return await jobsText((name) => client.call(name, {}))
  } catch (error) {
    return error instanceof ErrorReplyError ? '' : null
  } finally {
    client.close()
  }
}

async function jobsText(call: (name: string) => Promise<ReplyFields>): Promise<string> {
  const jobs = findCommand('jobs')
  if (jobs === undefined) return ''
  return jobs.text(await call(jobs.name))
}
