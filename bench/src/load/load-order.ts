import type { LoadOptions } from './load.ts'
import type { Phase } from './tally.ts'

/** What the parent of a load process tells it. `stop` is answered by a `LoadReport`. */
export type LoadOrder =
  | { readonly type: 'start'; readonly options: LoadOptions }
  | { readonly type: 'enter'; readonly phase: Phase }
  | { readonly type: 'stop' }
