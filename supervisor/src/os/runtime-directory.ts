/**
 * The private directory of a user's circusd, where its endpoints are when nothing else is configured.
 *
 * What the system guarantees: nobody but its owner (and root) enters a directory of mode 0700. What it does not: that
 * a path below a shared directory such as /tmp is ours because it has our name. So owner and mode are looked at.
 */
import { lstatSync, mkdirSync, type Stats } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

/** The runtime directory cannot be used. */
export class RuntimeDirectoryError extends Error {
  readonly code = 'ERR_RUNTIME_DIRECTORY'
  readonly path: string

  constructor(path: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'RuntimeDirectoryError'
    this.path = path
  }
}

export interface DefaultEndpoints {
  readonly control: string
  readonly events: string
  readonly stats: string
}

/**
 * Where the directory may be; circusd uses the first. A client should try them all, because daemon and
 * client may have been started with different environments: XDG_RUNTIME_DIR is set for logins and not for services.
 * In this order: `CIRCUS_RUNTIME_DIR` (alone, if it is set), `XDG_RUNTIME_DIR`/circus, /run/circus for root,
 * TMPDIR/circus-UID.
 */
export function runtimeDirectories(
  environment: Readonly<Record<string, string | undefined>>,
  uid: number,
): readonly [string, ...string[]] {
  const { CIRCUS_RUNTIME_DIR: chosen, XDG_RUNTIME_DIR: xdg } = environment
  if (chosen !== undefined && chosen !== '') return [resolve(chosen)]
  const last = uid === 0 ? '/run/circus' : join(tmpdir(), `circus-${uid}`)
  // A relative XDG_RUNTIME_DIR is to be ignored, says the XDG Base Directory Specification.
  return xdg !== undefined && isAbsolute(xdg) ? [join(xdg, 'circus'), last] : [last]
}

export function defaultEndpoints(directory: string): DefaultEndpoints {
  return {
    control: `ipc://${join(directory, 'control')}`,
    events: `ipc://${join(directory, 'events')}`,
    stats: `ipc://${join(directory, 'stats')}`,
  }
}

/**
 * Creates the directory if it is missing, with mode 0700, and makes sure that it is private.
 * @throws {RuntimeDirectoryError} If it cannot be created or is not private.
 */
export function prepareRuntimeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 })
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) {
      const message = `Cannot create runtime directory ${directory}: ${describe(cause)}`
      throw new RuntimeDirectoryError(directory, message, { cause })
    }
  }
  assertPrivate(directory)
}

/**
 * Makes sure that nobody else can have put anything into the directory.
 * @throws {RuntimeDirectoryError} If it is missing, a symlink, somebody else's, or open to others.
 */
export function assertPrivate(directory: string): void {
  const refuse = (reason: string): RuntimeDirectoryError =>
    new RuntimeDirectoryError(directory, `Cannot use runtime directory ${directory}: ${reason}`)
  const stats = statsOf(directory, refuse)
  if (stats === null) throw refuse('it does not exist')
  if (stats.isSymbolicLink()) throw refuse('it is a symbolic link')
  if (!stats.isDirectory()) throw refuse('it is no directory')
  const uid = process.getuid?.()
  if (stats.uid !== uid) throw refuse(`it belongs to user ${stats.uid}, must be ${uid}`)
  const mode = stats.mode & 0o777
  if (mode !== 0o700) throw refuse(`its mode is ${mode.toString(8).padStart(4, '0')}, must be 0700`)
}

function statsOf(
  directory: string,
  refuse: (reason: string) => RuntimeDirectoryError,
): Stats | null {
  try {
    return lstatSync(directory, { throwIfNoEntry: false }) ?? null
  } catch (error) {
    throw refuse(describe(error))
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
