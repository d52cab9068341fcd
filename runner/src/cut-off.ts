/** A request, or another use of a connection, that the drain deadline ended. */
export interface CutOff {
  /** `-` where there is no request to tell of. */
  readonly method: string
  readonly url: string
  /** How long it had lasted, in ms. */
  readonly ageMs: number
  /** It began before the drain did, and nobody looked at the clock then: it is older than `ageMs`. */
  readonly isOlder: boolean
  /** The client's address; empty on a unix socket. */
  readonly peer: string
}

/** The lines of a table for people. */
export function cutOffTable(list: readonly CutOff[]): readonly string[] {
  const rows = list
    .slice(0, ROWS_SHOWN)
    .map((entry) => [
      entry.method,
      shortened(entry.url),
      `${entry.isOlder ? '>' : ''}${(entry.ageMs / 1000).toFixed(1)} s`,
      entry.peer,
    ])
  const table = [['METHOD', 'URL', 'AGE', 'PEER'], ...rows]
  const lines = table.map((row) =>
    row
      .map((cell, column) => pad(cell, column, table))
      .join('  ')
      .trimEnd(),
  )
  const hidden = list.length - rows.length
  return hidden > 0 ? [...lines, `and ${hidden} more`] : lines
}

/** More would hide what else the log says. */
const ROWS_SHOWN = 20
const URL_SHOWN = 60

function pad(cell: string, column: number, table: readonly (readonly string[])[]): string {
  return cell.padEnd(Math.max(...table.map((row) => row[column]?.length ?? 0)))
}

/** Printable and short: the client chose it. */
function shortened(url: string): string {
  const printable = url.replaceAll(/[^\x20-\x7e]/g, '?')
  return printable.length > URL_SHOWN ? `${printable.slice(0, URL_SHOWN - 3)}...` : printable
}
