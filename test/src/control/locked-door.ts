import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { authorizeKey } from '../../../supervisor/dist/arbiter/authorized-keys-file.js'
import { openLock, type Lock } from '../../../supervisor/dist/arbiter/lock.js'
import { newKeyPair, type ClientKeys } from '../../../supervisor/dist/net/curve.js'
import { createKeyFile } from '../../../supervisor/dist/net/key-file.js'
import type { Access } from '../../../supervisor/dist/protocol/access.js'
import { temporaryDirectory } from '../os/temporary-directory.ts'

/** Keys of a server, its list of authorized clients, and clients to put on it. */
export class LockFiles {
  readonly serverKey: string
  readonly curveServerKey: string
  readonly authorizedKeys: string

  constructor(directory: string) {
    this.curveServerKey = join(directory, 'server.key')
    this.authorizedKeys = join(directory, 'authorized_keys')
    this.serverKey = createKeyFile(this.curveServerKey)
  }

  /** Keys that the server does not know. */
  stranger(): ClientKeys {
    return { ...newKeyPair(), serverKey: this.serverKey }
  }

  /** Keys with a role. The name is the role, unless said otherwise. */
  client(role: Access, name: string = role): ClientKeys {
    const keys = this.stranger()
    authorizeKey(this.authorizedKeys, keys.publicKey, role, name)
    return keys
  }
}

export interface OpenedLock {
  readonly files: LockFiles
  readonly lock: Lock
  readonly logged: string[]
}

/** A lock with one admin on its list, whose keys nobody uses. */
export async function openTestLock(t: TestContext): Promise<OpenedLock> {
  const files = new LockFiles(temporaryDirectory(t))
  files.client('admin', 'nobody')
  const logged: string[] = []
  const lock = await openLock(files, (level, message) => logged.push(`${level}: ${message}`))
  if (lock === null) throw new Error('both files are given')
  t.after(() => lock.close())
  return { files, lock, logged }
}
