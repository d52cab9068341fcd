import type { Environment } from './environment.ts'
import type { IniOption } from './ini.ts'

/** What a watcher was read from: one option can be changed, and all of them read again. */
export interface Written {
  /** Those of its section and what it inherits, by name. */
  readonly options: ReadonlyMap<string, IniOption>
  /** In the place of what circusd and the sections of variables give; null: those. */
  readonly env: Environment | null
}
