import { paint, type Paint } from './paint.ts'
import type { OutputStyle } from './output-style.ts'

export interface Cell {
  readonly text: string
  readonly paint?: Paint
  /** For numbers. */
  readonly isRight?: boolean
}

/** Columns as wide as their widest cell, two blanks apart; a header above them. */
export function table(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  style: OutputStyle,
): string {
  const head = header.map((text, column) => {
    const isRight = rows[0]?.[column]?.isRight ?? false
    return { text, paint: 'dim' as const, isRight }
  })
  const all: readonly (readonly Cell[])[] = [head, ...rows]
  const widths = header.map((_text, column) =>
    Math.max(...all.map((row) => row[column]?.text.length ?? 0)),
  )
  return all.map((row) => line(row, widths, style)).join('\n')
}

function line(row: readonly Cell[], widths: readonly number[], style: OutputStyle): string {
  const cells = row.map(({ text, paint: how, isRight }, column) => {
    const width = widths[column] ?? 0
    const isLast = column === row.length - 1
    const blanks = ' '.repeat(Math.max(0, width - text.length))
    const painted = how === undefined ? text : paint(text, how, style)
    if (isRight === true) return blanks + painted
    return isLast ? painted : painted + blanks
  })
  return cells.join('  ')
}
