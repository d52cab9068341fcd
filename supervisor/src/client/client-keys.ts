import { isKey, type ClientKeys } from '../net/curve.ts'
import { readKeyFile } from '../net/key-file.ts'

/** Where the keys of a client come from: flags of a program, and the environment for what they leave out. */
export interface KeySources {
  /** The public key of the server, or null. circusctl: `--server-key`. */
  readonly serverKey: string | null
  /** The file with our own key pair, or null. circusctl: `--key`. */
  readonly keyFile: string | null
  /** With CIRCUSCTL_SERVER_KEY and CIRCUSCTL_KEY. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Only half of what is needed for a locked endpoint was given, or it is no key. */
export class ClientKeysError extends Error {
  override readonly name = 'ClientKeysError'
}

/**
 * The keys for a locked endpoint; null if none are given.
 * @throws {ClientKeysError} If one of the two is missing, or the server key is none.
 * @throws {KeyFileError} If the key file cannot be used, or others may read it.
 */
export function readClientKeys(sources: KeySources): ClientKeys | null {
  const { CIRCUSCTL_SERVER_KEY, CIRCUSCTL_KEY } = sources.environment
  const serverKey = sources.serverKey ?? (CIRCUSCTL_SERVER_KEY || null)
  const keyFile = sources.keyFile ?? (CIRCUSCTL_KEY || null)
  if (serverKey === null && keyFile === null) return null
  if (serverKey === null || keyFile === null) {
    const missing =
      serverKey === null
        ? 'the public key of the server (--server-key or CIRCUSCTL_SERVER_KEY)'
        : 'the file with your own key pair (--key or CIRCUSCTL_KEY)'
    throw new ClientKeysError(`Cannot use a locked endpoint: ${missing} is missing`)
  }
  if (!isKey(serverKey)) {
    const what = 'the server key must be a public key, 40 characters of Z85'
    throw new ClientKeysError(`Cannot use a locked endpoint: ${what}`)
  }
  return { ...readKeyFile(keyFile), serverKey }
}

/** The keys to use for an endpoint: Unix sockets are never locked, so that keys in the environment do not matter for them. */
export function keysFor(endpoint: string, keys: ClientKeys | null): ClientKeys | null {
  return endpoint.startsWith('tcp://') ? keys : null
}
