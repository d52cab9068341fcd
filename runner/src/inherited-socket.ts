import { type DescriptorKind, descriptorKind } from './descriptor-kind.ts'
import { UsageError } from './runner-error.ts'

/**
 * Makes sure that a descriptor can be a listening socket, before anything else is done. Whether a socket really
 * can listen (it may be a datagram or a connected one) fstat(2) does not tell: `listen` reports that later.
 * @throws {UsageError} If the descriptor is closed or something else than a socket.
 */
export function checkInheritedSocket(fd: number): void {
  const kind = descriptorKind(fd)
  if (kind === 'socket') return
  throw new UsageError(`Cannot serve on fd ${fd}: ${WHAT_IT_IS[kind]}`)
}

const WHAT_IT_IS: Record<Exclude<DescriptorKind, 'socket'>, string> = {
  closed:
    'it is closed; hand the socket to the runner itself: npm, npx, yarn and "node --run" keep descriptors from their children',
  pipe: 'it is a pipe',
  file: 'it is a regular file',
  directory: 'it is a directory',
  device: 'it is a terminal or another device',
}
