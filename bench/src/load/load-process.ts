/** The program of a `LoadProcess`: takes orders from its parent over IPC, answers with a report, ends with its parent. */
import { startLoad, type Load } from './load.ts'
import type { LoadOrder } from './load-order.ts'

let load: Load | undefined

process.on('message', (order: LoadOrder) => {
  switch (order.type) {
    case 'start':
      load = startLoad(order.options)
      return
    case 'enter':
      load?.enter(order.phase)
      return
    case 'stop':
      void report()
      return
  }
})

process.on('disconnect', () => process.exit())

async function report(): Promise<void> {
  process.send?.(await load?.stop())
}
