import type { OutputStyle } from './output-style.ts'

/** SGR parameters. Source: ECMA-48. */
const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const

export type Paint = keyof typeof CODES

export function paint(text: string, how: Paint, { isColored }: OutputStyle): string {
  return isColored ? `\u001B[${CODES[how]}m${text}\u001B[0m` : text
}
