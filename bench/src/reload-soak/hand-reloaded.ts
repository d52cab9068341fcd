import type { Scope } from '../scope.ts'
import { startReadyProcess, type ReadyProcess } from '../subjects/ready-process.ts'
import type { Reloadable } from './reloadable.ts'

const WORKERS = 2

/** Time from SIGTERM to SIGKILL, in ms: some servers never end of themselves. */
const DRAIN_TIMEOUT_MS = 5_000

/**
 * Starts two workers on one socket, reloaded by us as a supervisor would: successor first, SIGTERM when it is ready.
 * @param args Arguments of node for a worker which serves on descriptor 3 and says READY=1.
 */
export async function startHandReloaded(
  scope: Scope,
  args: readonly string[],
): Promise<Reloadable> {
  const listener = scope.listen()
  const start = (): Promise<ReadyProcess> => startReadyProcess(scope, args, listener.fd)
  const living = new Map<number, ReadyProcess>()
  const add = (worker: ReadyProcess): void => {
    living.set(worker.pid, worker)
    worker.child.once('exit', () => living.delete(worker.pid))
  }
  for (const worker of await Promise.all(Array.from({ length: WORKERS }, start))) add(worker)
  return {
    port: listener.port,
    workerPids: () => [...living.keys()],
    reload: async () => {
      const olds = [...living.values()]
      for (const old of olds) {
        add(await start())
        stop(old)
      }
    },
  }
}

function stop({ child }: ReadyProcess): void {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), DRAIN_TIMEOUT_MS)
  child.once('exit', () => clearTimeout(timer))
}
