import { readFileSync } from 'node:fs'
import { connect } from '../client/client.ts'
import { CallTimeoutError, ErrorReplyError } from '../client/errors.ts'
import { EndpointError } from '../net/endpoint-error.ts'
import type { Properties } from '../protocol/properties.ts'
import { pythonText } from '../protocol/python.ts'
import { isRecord } from '../protocol/record.ts'
import type { ReplyFields } from '../protocol/reply.ts'
import { type Action, type Invocation, parseArguments } from './circusctl-arguments.ts'
import { type FoundEndpoint, findEndpoint } from './circusctl-endpoint.ts'
import { commandHelp, helpText, usageLine } from './circusctl-help.ts'

/** Listed in docs/protocol.md. */
const EXIT = { ok: 0, noAnswer: 1, usage: 2, errorReply: 3 } as const

/**
 * The program circusctl: sends one command to circusd and prints the reply.
 * @param argv What was typed after the name of the program.
 * @returns The exit code.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const invocation = parseArguments(argv)
  const { action } = invocation
  switch (action.type) {
    case 'version':
      console.log(`circusctl ${readVersion()}`)
      return EXIT.ok
    case 'help':
      console.log(action.command === null ? helpText() : commandHelp(action.command))
      return EXIT.ok
    case 'nothing':
      console.error(helpText())
      return EXIT.usage
    case 'misuse':
      console.error(`${usageLine(action.command)}\ncircusctl: error: ${action.message}`)
      return EXIT.usage
    case 'call':
      return call(invocation, action)
  }
}

async function call(
  { endpoint, timeoutMs, format }: Invocation,
  { command, properties }: Extract<Action, { type: 'call' }>,
): Promise<number> {
  const found = await findEndpoint(endpoint, process.env, process.getuid?.() ?? -1)
  const interrupted = new AbortController()
  const interrupt = (): void => interrupted.abort()
  process.once('SIGINT', interrupt)
  try {
    const reply = await ask(found.endpoint, timeoutMs, command.name, properties, interrupted.signal)
    console.log(format === 'text' ? command.text(reply) : toJson(reply, format))
    return EXIT.ok
  } catch (error) {
    if (interrupted.signal.aborted) return EXIT.noAnswer
    return fail(error, found, format)
  } finally {
    process.off('SIGINT', interrupt)
  }
}

async function ask(
  endpoint: string,
  timeoutMs: number,
  command: string,
  properties: Properties,
  signal: AbortSignal,
): Promise<ReplyFields> {
  const client = connect({ endpoint, timeoutMs })
  try {
    return await client.call(command, properties, { signal })
  } finally {
    client.close()
  }
}

function fail(error: unknown, found: FoundEndpoint, format: Invocation['format']): number {
  if (error instanceof ErrorReplyError) {
    if (format === 'text') console.error(`error: ${error.message}`)
    else console.log(toJson(error.reply, format))
    return EXIT.errorReply
  }
  if (error instanceof CallTimeoutError) {
    console.error(`Timed out.\n${explainSilence(error, found)}`)
    return EXIT.noAnswer
  }
  if (error instanceof EndpointError) {
    console.error(error.message)
    return EXIT.noAnswer
  }
  throw error
}

function explainSilence(
  { endpoint, timeoutMs }: CallTimeoutError,
  { missed }: FoundEndpoint,
): string {
  const seconds = timeoutMs / 1_000
  return missed.length === 0
    ? `Nobody answered at ${endpoint} within ${seconds} s: check --endpoint, or raise --timeout if circusd is slow`
    : `Nobody listens at ${missed.join(' or ')}, and nobody answered at ${endpoint} within ${seconds} s: start circusd, or say with --endpoint where it is`
}

function toJson(reply: ReplyFields, format: 'json' | 'prettyJson'): string {
  return format === 'json' ? JSON.stringify(reply) : JSON.stringify(sortKeys(reply), null, 2)
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (!isRecord(value)) return value
  const keys = Object.keys(value).toSorted()
  return Object.fromEntries(keys.map((key) => [key, sortKeys(value[key])]))
}

function readVersion(): string {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const description: unknown = JSON.parse(file)
  return isRecord(description) ? pythonText(description['version']) : ''
}
