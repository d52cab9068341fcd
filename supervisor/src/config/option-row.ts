import type { OptionType } from './option-type.ts'

/**
 * How a changed value takes effect on what is running: `live` at once, `next spawn` for processes from then on, `reload` by a
 * graceful reload of the watcher, `restart` by stopping and starting it, `rebind` by closing and binding the socket anew.
 */
export type Applied = 'live' | 'next spawn' | 'reload' | 'restart' | 'rebind' | 'restart of circusd'

/** One option of a kind of section. Its name in files and on the wire is its key in the table. */
export interface OptionRow {
  /** Name inside the program, with its unit. */
  readonly field: string
  readonly type: OptionType<unknown>
  /** As it would be written in the file; null: not set, and the value is null. */
  readonly default: string | null
  /** For the reference page: what it does, and what an unset value means. */
  readonly meaning: string
  /** When `$(circus.NAME)` in it is replaced; left out: when the files are read. */
  readonly expansion?: 'load and spawn' | 'never'
  readonly since: 'circus' | 'bigtop'
  readonly applied: Applied
}

/** Rows by name in files and on the wire. */
export type OptionTable = Readonly<Record<string, OptionRow>>

/** The options of a table as the program has them: fields with the values of their types. */
export type OptionsOf<Table extends OptionTable> = {
  readonly [Name in keyof Table as Table[Name]['field']]: ValueOf<Table[Name]>
}

type ValueOf<Row extends OptionRow> =
  Row['type'] extends OptionType<infer Value>
    ? Row['default'] extends null
      ? Value | null
      : Value
    : never
