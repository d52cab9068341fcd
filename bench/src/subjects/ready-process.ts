import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Scope } from '../scope.ts'

/** Longest time a program may take to say that it is ready, in ms. */
const READY_TIMEOUT_MS = 20_000
const NOTIFY_FD = 4

/** A program which is ready. */
export interface ReadyProcess {
  readonly child: ChildProcess
  readonly pid: number
}

/**
 * Starts `node ARGS` and waits until it says `READY=1` on NOTIFY_FD.
 * @param socketFd A listening socket, which the program has as descriptor 3; without one that leads to /dev/null.
 * @throws {Error} If it ends before, or is not ready after 20 s.
 */
export async function startReadyProcess(
  scope: Scope,
  args: readonly string[],
  socketFd?: number,
): Promise<ReadyProcess> {
  const child = scope.spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', scope.stderr, socketFd ?? 'ignore', 'pipe'],
    env: { NOTIFY_FD: String(NOTIFY_FD) },
  })
  await ready(child, args.join(' '))
  const { pid } = child
  if (pid === undefined) throw new Error(`Cannot start ${args.join(' ')}: it has no pid`)
  return { child, pid }
}

async function ready(child: ChildProcess, what: string): Promise<void> {
  const lines = createInterface(child.stdio[NOTIFY_FD] as Readable)
  let timer: NodeJS.Timeout | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`Cannot start ${what}: ${why}`))
      timer = setTimeout(() => fail('it is not ready after 20 s'), READY_TIMEOUT_MS)
      lines.on('line', (line) => line === 'READY=1' && resolve())
      lines.once('close', () => fail('it ended'))
      child.once('error', reject)
    })
  } finally {
    clearTimeout(timer)
  }
}
