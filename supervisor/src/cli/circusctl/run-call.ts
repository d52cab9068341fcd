import { connect, type Client } from '../../client/client.ts'
import { CallTimeoutError, ErrorReplyError } from '../../client/errors.ts'
import { nearestName } from '../../config/nearest-name.ts'
import { EndpointError } from '../../net/endpoint-error.ts'
import type { Command } from '../../protocol/command.ts'
import type { Properties } from '../../protocol/properties.ts'
import type { ReplyFields } from '../../protocol/reply.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { controlEndpoint } from './control-endpoint.ts'
import type { FoundEndpoint } from './find-endpoint.ts'
import { toJson } from './json-text.ts'
import type { Session } from './session.ts'

/** Sends one command to circusd and prints the reply, or what is known if there is none. */
export async function runCall(
  command: Command,
  properties: Properties,
  session: Session,
): Promise<ExitCode> {
  const found = await controlEndpoint(session)
  try {
    const reply = await ask(found, command, properties, session)
    console.log(await textOf(command, reply, session))
    return EXIT.ok
  } catch (error) {
    if (session.signal.aborted) {
      const isWait = properties['waiting'] === true && session.style.isLive
      if (isWait) console.error(`Not waiting any longer; circusd goes on with ${command.name}`)
      return EXIT.noAnswer
    }
    return fail(error, found, { name: command.name, properties, session })
  }
}

async function ask(
  { endpoint }: FoundEndpoint,
  { name }: Command,
  properties: Properties,
  session: Session,
): Promise<ReplyFields> {
  const { timeoutMs } = session
  const client = connect({ endpoint, timeoutMs })
  const ended = new AbortController()
  const signal = patience(name, properties, session, endpoint)
  const reply = client.call(name, properties, { signal })
  const shown = showWait(client, endpoint, properties, session, ended.signal)
  try {
    return await reply
  } finally {
    ended.abort()
    await shown
    client.close()
  }
}

/**
 * What ends a call. A client that waits for the end of a command waits as long as circusd is there, unless somebody said
 * how long: then that is the limit, as in Circus.
 */
function patience(
  name: string,
  { waiting }: Properties,
  { signal, isTimeoutGiven, timeoutMs }: Session,
  endpoint: string,
): AbortSignal {
  if (waiting !== true || !isTimeoutGiven) return signal
  const limit = new AbortController()
  const expire = (): void => limit.abort(new CallTimeoutError(name, endpoint, timeoutMs))
  setTimeout(expire, timeoutMs).unref()
  return AbortSignal.any([signal, limit.signal])
}

/** Shows what goes on until `signal` is aborted. Resolves when nothing of it stands on the terminal any more. */
async function showWait(
  client: Client,
  endpoint: string,
  properties: Properties,
  { style, format }: Session,
  signal: AbortSignal,
): Promise<void> {
  if (format !== 'text') return
  if (properties['waiting'] === true) {
    const { showSteps } = await import('./show-steps.ts')
    const { pollSteps } = await import('./poll-steps.ts')
    await showSteps(pollSteps(client, properties, signal), style)
  } else if (style.isLive) {
    const { noteAbsence } = await import('./note-absence.ts')
    await noteAbsence(endpoint, style, signal)
  }
}

async function textOf(command: Command, reply: ReplyFields, session: Session): Promise<string> {
  const { format, style } = session
  if (format !== 'text') return toJson(reply, format)
  if (style.layout === 'circus') return command.text(reply)
  const { tableText } = await import('./table-text.ts')
  return tableText(command.name, reply, style) ?? command.text(reply)
}

interface Failed {
  readonly name: string
  readonly properties: Properties
  readonly session: Session
}

async function fail(error: unknown, found: FoundEndpoint, failed: Failed): Promise<ExitCode> {
  const { format } = failed.session
  if (error instanceof ErrorReplyError) {
    if (format === 'text') console.error(`error: ${error.message}${await hint(error, failed)}`)
    else console.log(toJson(error.reply, format))
    return EXIT.errorReply
  }
  if (error instanceof CallTimeoutError) {
    const { explainSilence } = await import('./explain-silence.ts')
    console.error(`Timed out.\n${await explainSilence(error, found, failed.name)}`)
    return EXIT.noAnswer
  }
  if (error instanceof EndpointError) {
    console.error(error.message)
    return EXIT.noAnswer
  }
  throw error
}

/** For people who have misspelled a watcher; nothing for scripts, which get Circus' text. */
async function hint(
  { message }: ErrorReplyError,
  { properties, session }: Failed,
): Promise<string> {
  const { name } = properties
  const isUnknown = typeof name === 'string' && message === `program ${name} not found`
  if (!isUnknown || !session.style.isLive) return ''
  const { daemonNames } = await import('./daemon-names.ts')
  const near = nearestName(name, await daemonNames(session).watchers())
  return near === undefined ? '' : `; did you mean "${near}"?`
}
