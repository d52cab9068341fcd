import { setTimeout } from 'node:timers/promises'
import type { ClientKeys } from '../net/curve.ts'
import { newProver } from '../net/request-proof.ts'
import { connectDealer, type DealerSocket } from '../net/zmq.ts'
import type { CommandTypes } from '../protocol/command-types.ts'
import type { Properties } from '../protocol/properties.ts'
import { decodeReply, isErrorReply, type ReplyFields } from '../protocol/reply.ts'
import { encodeRequest, type Request } from '../protocol/request.ts'
import { keysFor } from './client-keys.ts'
import { CallTimeoutError, ClientClosedError, ErrorReplyError } from './errors.ts'

/** Longest time to wait for an answer, in ms. Circus: `--timeout` (s). */
export const DEFAULT_TIMEOUT_MS = 5_000

/** While a command takes its time, circusd is asked this often whether it is still there, in ms. */
const PROBE_INTERVAL_MS = 2_000

/** Longest time that unsent casts may hold up the end of the process, in ms. */
const CAST_LINGER_MS = 1_000

export interface ConnectOptions {
  /** `ipc://PATH` or `tcp://HOST:PORT`: the control endpoint of circusd. */
  readonly endpoint: string
  /** For a TCP endpoint that is locked (see `readClientKeys`); others ignore them. Default: none. */
  readonly keys?: ClientKeys | null
  /** For every call that says nothing else, > 0. Default 5000. */
  readonly timeoutMs?: number
}

export interface CallOptions {
  readonly signal?: AbortSignal
  /** Longest time without an answer, in ms, > 0. Default: that of the connection. */
  readonly timeoutMs?: number
}

/** What every success reply has. `status` is `ok`, or a watcher's state in the reply of `status NAME`. */
export interface ReplyBase {
  readonly status: string
  /** Wall-clock time of circusd in seconds since 1970. */
  readonly time: number
  readonly id: unknown
}

export interface Client extends AsyncDisposable {
  /**
   * Sends a command and resolves with its reply. With `waiting: true` it resolves when the command has ended, however
   * long that takes: meanwhile circusd is asked every two seconds whether it is there, and only if that is not
   * answered within the timeout the call fails.
   * @throws {ErrorReplyError} If circusd answers with an error.
   * @throws {CallTimeoutError} If circusd does not answer.
   * @throws {ClientClosedError} If the client is or gets closed.
   */
  call<Name extends keyof CommandTypes>(
    command: Name,
    properties: CommandTypes[Name]['properties'],
    options?: CallOptions,
  ): Promise<ReplyBase & Omit<CommandTypes[Name]['reply'], 'status'>>
  /** As above, for commands that this client does not know by name. */
  call(command: string, properties: Properties, options?: CallOptions): Promise<ReplyFields>
  /**
   * Sends a command and asks for no answer: resolves when it is under way, and whether it was executed stays unknown.
   * @throws {ClientClosedError} If the client is closed, or too much is under way already.
   */
  cast(command: string, properties: Properties): Promise<void>
  /** Fails all open calls. Idempotent. */
  close(): void
}

/**
 * Connects to circusd, in the background: a daemon that is not there yet may come within the timeout of the first call.
 * Keys which the daemon does not know look the same as a daemon that is not there.
 * @throws {EndpointError} If the endpoint is invalid.
 */
export function connect(options: ConnectOptions): Client {
  return new DealerClient(options)
}

interface OpenCall {
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: Error) => void
  readonly command: string
}

type Reply = ReplyBase & ReplyFields

class DealerClient implements Client {
  readonly #endpoint: string
  readonly #timeoutMs: number
  readonly #socket: DealerSocket
  /** What goes behind each request to a locked endpoint. */
  readonly #prove: ((request: string) => Uint8Array) | null
  readonly #open = new Map<string, OpenCall>()
  #lastId = 0
  #isClosed = false
  #hasCast = false

  constructor({ endpoint, keys = null, timeoutMs = DEFAULT_TIMEOUT_MS }: ConnectOptions) {
    assertTimeout(timeoutMs)
    this.#endpoint = endpoint
    this.#timeoutMs = timeoutMs
    const used = keysFor(endpoint, keys)
    this.#prove = used === null ? null : newProver(used)
    this.#socket = connectDealer(endpoint, used)
    void this.#receiveAll()
  }

  async call(
    command: string,
    properties: Properties,
    { signal, timeoutMs = this.#timeoutMs }: CallOptions = {},
  ): Promise<Reply> {
    assertTimeout(timeoutMs)
    const ended = new AbortController()
    const over = signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal])
    const answer = this.#ask(command, properties, over)
    const silence =
      properties['waiting'] === true
        ? this.#untilSilent(timeoutMs, over)
        : setTimeout(timeoutMs, undefined, { signal: over })
    const failure = silence.then(() => {
      throw new CallTimeoutError(command, this.#endpoint, timeoutMs)
    })
    try {
      return await Promise.race([answer, failure])
    } finally {
      ended.abort()
    }
  }

  async cast(command: string, properties: Properties): Promise<void> {
    this.#hasCast = true
    await this.#send({ command, properties, id: null, isCast: true })
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#socket.close(this.#hasCast ? CAST_LINGER_MS : 0)
    for (const { command, reject } of this.#open.values()) {
      reject(new ClientClosedError(command, 'the client was closed'))
    }
    this.#open.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  async #ask(command: string, properties: Properties, signal: AbortSignal): Promise<Reply> {
    signal.throwIfAborted()
    this.#lastId += 1
    const id = String(this.#lastId)
    const { promise, resolve, reject } = withResolvers<Reply>()
    const abort = (): void => reject(signal.reason)
    this.#open.set(id, { command, resolve, reject })
    signal.addEventListener('abort', abort, { once: true })
    try {
      await this.#send({ command, properties, id, isCast: false })
      return await promise
    } finally {
      signal.removeEventListener('abort', abort)
      this.#open.delete(id)
    }
  }

  async #send(request: Request): Promise<void> {
    const { command } = request
    if (this.#isClosed) throw new ClientClosedError(command, 'the client is closed')
    const frame = encodeRequest(request)
    try {
      await this.#socket.send(this.#prove === null ? [frame] : [frame, this.#prove(frame)])
    } catch (cause) {
      // ZeroMQ tells both in the same way; it has no queue for a server that has refused us in the handshake.
      const reason = 'too much is under way already, or the endpoint is locked and has refused us'
      throw new ClientClosedError(command, reason, { cause })
    }
  }

  /** Asks something cheap again and again. Resolves when it is not answered in time. */
  async #untilSilent(timeoutMs: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      await setTimeout(Math.min(PROBE_INTERVAL_MS, timeoutMs), undefined, { signal })
      const answered = new AbortController()
      const over = AbortSignal.any([signal, answered.signal])
      const probe = this.#ask('numwatchers', {}, over).then(
        () => true,
        // An error is an answer too.
        (error: unknown) => error instanceof ErrorReplyError,
      )
      const silence = setTimeout(timeoutMs, false, { signal: over })
      const isAnswered = await Promise.race([probe, silence])
      answered.abort()
      signal.throwIfAborted()
      if (!isAnswered) return
    }
  }

  async #receiveAll(): Promise<void> {
    try {
      for await (const [frame] of this.#socket) this.#take(frame)
    } catch (error) {
      // The socket is broken: nobody will be answered any more.
      for (const { command, reject } of this.#open.values()) {
        reject(new ClientClosedError(command, String(error)))
      }
    }
  }

  /** What answers no open call is discarded: it came too late. */
  #take(frame: Uint8Array | undefined): void {
    const reply = frame === undefined ? undefined : decodeReply(frame)
    if (reply === undefined || !isReply(reply) || typeof reply.id !== 'string') return
    const call = this.#open.get(reply.id)
    if (isErrorReply(reply)) call?.reject(new ErrorReplyError(reply))
    else call?.resolve(reply)
  }
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers<T>(): {
  promise: Promise<T>
  resolve: (value: T) => void
  reject: (error: unknown) => void
} {
  let resolve: (value: T) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}

function isReply(fields: ReplyFields): fields is Reply {
  return typeof fields['status'] === 'string'
}

function assertTimeout(timeoutMs: number): void {
  if (timeoutMs > 0) return
  throw new RangeError(`Cannot wait as long as told: timeoutMs is ${timeoutMs}, must be above 0`)
}
