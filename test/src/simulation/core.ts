import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { arbiterWakeTime, stepArbiter } from '../../../supervisor/dist/core/arbiter.js'
import type { newArbiter } from '../../../supervisor/dist/core/arbiter-state.js'

/** The functions of the core which a world drives. */
export interface Core {
  readonly stepArbiter: typeof stepArbiter
  readonly arbiterWakeTime: typeof arbiterWakeTime
  readonly newArbiter: typeof newArbiter
}

/** Where the compiled core of the supervisor is. */
export const coreDirectory = fileURLToPath(
  new URL('../../../supervisor/dist/core/', import.meta.url),
)

/** Loads a compiled core: that of the supervisor, or a copy of it in which something was changed. */
export async function loadCore(directory = coreDirectory): Promise<Core> {
  const arbiter = (await load(directory, 'arbiter.js')) as Pick<
    Core,
    'stepArbiter' | 'arbiterWakeTime'
  >
  const state = (await load(directory, 'arbiter-state.js')) as Pick<Core, 'newArbiter'>
  const { stepArbiter, arbiterWakeTime } = arbiter
  return { stepArbiter, arbiterWakeTime, newArbiter: state.newArbiter }
}

function load(directory: string, file: string): Promise<unknown> {
  return import(pathToFileURL(join(directory, file)).href)
}
