import { ipcPath, probeIpcPath } from '../../net/ipc-path.ts'
import { assertPrivate, defaultEndpoints, runtimeDirectories } from '../../os/runtime-directory.ts'

/** Where Circus listens when nothing is configured. */
const CIRCUS_ENDPOINT = 'tcp://127.0.0.1:5555'

export interface FoundEndpoint {
  readonly endpoint: string
  /** Where nobody of ours listens, in the order in which it was tried. */
  readonly missed: readonly string[]
  /** What people call it, if it is only a way to another one. */
  readonly shownAs?: string
}

/**
 * The endpoint to connect to: the given one, else `CIRCUSCTL_ENDPOINT`, else the default socket on which a daemon
 * of this user listens, else the one of Circus, whether somebody is there or not.
 */
export async function findEndpoint(
  given: string | null,
  environment: Readonly<Record<string, string | undefined>>,
  uid: number,
): Promise<FoundEndpoint> {
  if (given !== null) return { endpoint: given, missed: [] }
  const { CIRCUSCTL_ENDPOINT: configured } = environment
  if (configured !== undefined && configured !== '') return { endpoint: configured, missed: [] }
  const missed: string[] = []
  for (const directory of runtimeDirectories(environment, uid)) {
    const { control } = defaultEndpoints(directory)
    if (await isOurs(directory, control)) return { endpoint: control, missed }
    missed.push(control)
  }
  return { endpoint: CIRCUS_ENDPOINT, missed }
}

/** Only a private directory is trusted: in any other one somebody else may play our daemon. */
async function isOurs(directory: string, endpoint: string): Promise<boolean> {
  try {
    assertPrivate(directory)
    return (await probeIpcPath(ipcPath(endpoint) ?? '')) === 'listener'
  } catch {
    // Not there or not private: there are other places to look.
    return false
  }
}
