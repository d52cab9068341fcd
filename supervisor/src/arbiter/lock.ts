import type { CircusOptions } from '../config/options.ts'
import { encodeZ85 } from '../net/z85.ts'
import { readKeyFile } from '../net/key-file.ts'
import { openGate, type Gate } from '../net/zmq.ts'
import { AuthorizedKeysFile } from './authorized-keys-file.ts'
import { lockedDoor, openDoor, type Door } from './door.ts'
import { LineLimiter } from './line-limiter.ts'
import type { Log } from './log.ts'

/** What the TCP endpoints are locked with. */
export interface Lock {
  readonly gate: Gate
  readonly door: Door
  /** After the endpoints. */
  close(): void
}

/**
 * Opens the lock of the configuration; null if it has none. That either both files are given or none was checked before.
 * @throws {KeyFileError} If one of the files cannot be used.
 */
export async function openLock(
  { curveServerKey, authorizedKeys }: Pick<CircusOptions, 'curveServerKey' | 'authorizedKeys'>,
  log: Log,
): Promise<Lock | null> {
  if (curveServerKey === null || authorizedKeys === null) return null
  const server = readKeyFile(curveServerKey)
  const list = new AuthorizedKeysFile(authorizedKeys, log)
  const limiter = new LineLimiter(log)
  const gate = await openGate(server, (publicKey, address) => {
    if (publicKey === null) return false
    const key = encodeZ85(publicKey)
    const authorized = list.keys.get(key)
    if (authorized === undefined) {
      const kind = `handshakes of unknown keys from ${address}`
      limiter.write('warning', kind, `audit: unknown key ${key} from ${address}: refused`)
    } else log('debug', `${authorized.name} (${authorized.role}) connects from ${address}`)
    return authorized !== undefined
  })
  log('info', `TCP endpoints are locked; the server key for clients is ${server.publicKey}`)
  return {
    gate,
    door: lockedDoor(server, list),
    close: () => {
      gate.close()
      limiter.close()
    },
  }
}

/** The door of a control endpoint. */
export function doorOf(endpoint: string, lock: Lock | null): Door {
  if (!endpoint.startsWith('tcp://')) return openDoor('ipc')
  return lock === null ? openDoor('tcp without a lock') : lock.door
}
