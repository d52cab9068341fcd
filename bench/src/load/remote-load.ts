import { fileURLToPath } from 'node:url'
import type { Scope } from '../scope.ts'
import type { LoadOrder } from './load-order.ts'
import type { Load, LoadOptions } from './load.ts'
import type { LoadReport } from './tally.ts'

const PROGRAM = fileURLToPath(new URL('load-process.js', import.meta.url))

/**
 * Starts a load in a process of its own, so that the clients' work never delays the one who measures.
 * `stop()` rejects if that process has failed, at whatever time.
 */
export function startRemoteLoad(scope: Scope, options: LoadOptions): Load {
  const child = scope.spawn(process.execPath, [PROGRAM], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const report = new Promise<LoadReport>((resolve, reject) => {
    child.once('message', (message) => resolve(message as LoadReport))
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      reject(new Error(`Cannot read the load: its process ended with ${code ?? signal}`)),
    )
  })
  report.catch(() => {}) // Told by stop(), which may be called much later.
  const order = (message: LoadOrder): void => void child.send(message)
  order({ type: 'start', options })
  return {
    enter: (phase) => order({ type: 'enter', phase }),
    stop: async () => {
      order({ type: 'stop' })
      const seen = await report
      child.disconnect()
      return seen
    },
  }
}
