import { AuthorizedKeyError } from '../../arbiter/authorized-keys.ts'
import { authorizeKey } from '../../arbiter/authorized-keys-file.ts'
import { createKeyFile, KeyFileError } from '../../net/key-file.ts'
import { UsageError, type CommandLine } from '../../protocol/command-line.ts'
import { EXIT, type ExitCode } from './exit-code.ts'

/** Makes a key pair. What cannot be written is told in one sentence. */
export function runKeygen(file: string): ExitCode {
  return attempt(() => {
    const publicKey = createKeyFile(file)
    console.log(
      `${publicKey}\nThat is the public key; the pair is in ${file}: keep it to yourself.`,
    )
  })
}

/** @throws {UsageError} If the role or the name is missing. */
export function runAuthorize({ words: [publicKey = ''], flags }: CommandLine): ExitCode {
  const { role, name, file = 'authorized_keys' } = flags
  if (typeof role !== 'string') throw new UsageError('Cannot authorize a key: --role is missing')
  if (typeof name !== 'string') throw new UsageError('Cannot authorize a key: --name is missing')
  return attempt(() => {
    authorizeKey(String(file), publicKey, role, name)
    console.log(`${name} may ${role} now, as ${String(file)} says`)
  })
}

function attempt(act: () => void): ExitCode {
  try {
    act()
    return EXIT.ok
  } catch (error) {
    if (!(error instanceof KeyFileError || error instanceof AuthorizedKeyError)) throw error
    console.error(error.message)
    return EXIT.usage
  }
}
