import { LogOutputError } from '../arbiter/log.ts'
import { OpenEndpointError } from '../arbiter/endpoints.ts'
import { OutputError } from '../arbiter/outputs.ts'
import { SocketError } from '../arbiter/sockets.ts'
import { EndpointError } from '../net/endpoint-error.ts'
import { KeyFileError } from '../net/key-file.ts'
import { PidfileError } from '../os/pidfile.ts'
import { RuntimeDirectoryError } from '../os/runtime-directory.ts'
import { isErrnoException } from '../os/system-error.ts'
import { UnknownAccountError } from '../os/user.ts'
import { UnsupportedPlatformError } from '../os/unsupported-platform-error.ts'

/** How circusd ends, by class of failure; `docs/signals.md` has the same table. Circus has 0 for most, which hides them from init systems. */
export const EXIT = {
  ok: { code: 0, means: 'stopped by `quit` or a signal; `--help`, `--version`, no config given' },
  configuration: {
    code: 1,
    means: 'the configuration or the pidfile cannot be used; another process stands in the pidfile',
  },
  usage: { code: 2, means: 'bad command line' },
  bug: { code: 70, means: 'a mistake in circusd itself, with its stack (EX_SOFTWARE)' },
  system: {
    code: 71,
    means:
      'the system refused something: address or endpoint in use, no permission, no log (EX_OSERR)',
  },
} as const

/** The exit code for what has kept circusd from starting. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof PidfileError) return EXIT.configuration.code
  return isRefusal(error) ? EXIT.system.code : EXIT.bug.code
}

/** Whether the error is the system's or the configuration's, and its message says all. */
export function isRefusal(error: unknown): boolean {
  return isErrnoException(error) || REFUSALS.some((kind) => error instanceof kind)
}

const REFUSALS = [
  EndpointError,
  KeyFileError,
  LogOutputError,
  OpenEndpointError,
  OutputError,
  PidfileError,
  RuntimeDirectoryError,
  SocketError,
  UnknownAccountError,
  UnsupportedPlatformError,
] as const
