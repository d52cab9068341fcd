import type { ReplyFields } from '../protocol/reply.ts'

/** circusd did not answer in time. `code` ERR_CALL_TIMEOUT. */
export class CallTimeoutError extends Error {
  readonly code = 'ERR_CALL_TIMEOUT'
  readonly endpoint: string
  readonly timeoutMs: number

  constructor(command: string, endpoint: string, timeoutMs: number) {
    super(`Cannot get an answer to ${command} from ${endpoint} within ${timeoutMs / 1_000} s`)
    this.name = 'CallTimeoutError'
    this.endpoint = endpoint
    this.timeoutMs = timeoutMs
  }
}

/** circusd answered with an error. `code` ERR_ERROR_REPLY. `message` is its reason as it came. */
export class ErrorReplyError extends Error {
  readonly code = 'ERR_ERROR_REPLY'
  /** See the table of errnos in docs/protocol.md; -1 if the reply had none. */
  readonly errno: number
  /** The whole reply. */
  readonly reply: ReplyFields

  constructor(reply: ReplyFields) {
    const { reason, errno } = reply
    super(typeof reason === 'string' ? reason : 'circusd gave no reason')
    this.name = 'ErrorReplyError'
    this.errno = typeof errno === 'number' ? errno : -1
    this.reply = reply
  }
}

/** The client was closed, has too much to send, or was refused by a locked endpoint, so there will be no answer. `code` ERR_CLIENT_CLOSED. */
export class ClientClosedError extends Error {
  readonly code = 'ERR_CLIENT_CLOSED'

  constructor(command: string, reason: string, options?: ErrorOptions) {
    super(`Cannot get an answer to ${command}: ${reason}`, options)
    this.name = 'ClientClosedError'
  }
}
