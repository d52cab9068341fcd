/**
 * ZAP, by which ZeroMQ asks during a handshake whether a client is welcome (ZeroMQ RFC 27).
 * What it guarantees: not one message of a client that was refused arrives. What it does not: that the messages say later whose
 * they are. libzmq keeps the client's key with each message, zeromq.js does not hand it on (see request-proof.ts).
 */

/** Where libzmq looks for the handler of a context. */
export const ZAP_ENDPOINT = 'inproc://zeromq.zap.01'

const VERSION = '1.0'

/** A client in its handshake. */
export interface ZapRequest {
  /** Everything in front of the request, to be sent back as it is. */
  readonly envelope: readonly Uint8Array[]
  readonly id: Uint8Array
  /** Where it comes from: an IP address. */
  readonly address: string
  /** Its public key, 32 bytes. null: it does not use CURVE. */
  readonly publicKey: Uint8Array | null
}

/** undefined when the frames are no request. */
export function decodeZapRequest(frames: readonly Uint8Array[]): ZapRequest | undefined {
  const delimiter = frames.findIndex((frame) => frame.byteLength === 0)
  const [version, id, , address, , mechanism, ...credentials] = frames.slice(delimiter + 1)
  if (delimiter === -1 || id === undefined || address === undefined) return undefined
  if (textOf(version) !== VERSION) return undefined
  const [publicKey] = credentials
  return {
    envelope: frames.slice(0, delimiter + 1),
    id,
    address: textOf(address),
    publicKey: textOf(mechanism) === 'CURVE' && publicKey?.byteLength === 32 ? publicKey : null,
  }
}

export function encodeZapReply(
  { envelope, id }: ZapRequest,
  isWelcome: boolean,
): (string | Uint8Array)[] {
  const verdict = isWelcome ? ['200', 'OK'] : ['400', 'not authorized']
  const [userId, metadata] = ['', '']
  return [...envelope, VERSION, id, ...verdict, userId, metadata]
}

function textOf(frame: Uint8Array | undefined): string {
  return new TextDecoder().decode(frame)
}
