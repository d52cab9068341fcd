import { once } from 'node:events'
import type { Server } from 'node:net'
import { BootError, UsageError } from './runner-error.ts'

/**
 * Makes a server accept connections on an inherited socket; resolves when it does.
 * @param backlog Positional on purpose: with a descriptor Node ignores the `backlog` option, and its default of
 * 511 would cut the queue that all processes share, because listen(2) is called on the socket once more.
 * @throws {UsageError} If the socket cannot listen.
 * @throws {BootError} If listening fails for another reason.
 */
export async function listen(server: Server, fd: number, backlog: number): Promise<void> {
  try {
    server.listen({ fd }, backlog)
    await once(server, 'listening')
  } catch (cause) {
    if (isInvalid(cause)) {
      throw new UsageError(
        `Cannot serve on fd ${fd}: it is a socket that does not listen (connected, or for datagrams)`,
        { cause },
      )
    }
    throw new BootError(`Cannot serve on fd ${fd}: ${String(cause)}`, { cause })
  }
}

function isInvalid(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EINVAL'
}
