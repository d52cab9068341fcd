import type { OutputStyle } from './output-style.ts'

const CLEAR_LINE = '\r\u001B[K'

/** One line at the bottom of a terminal that is written again and again. On standard error: results are on the other. */
export interface LiveLine {
  show(text: string): void
  clear(): void
}

export function liveLine({ columns }: OutputStyle): LiveLine {
  let isShown = false
  return {
    show: (text) => {
      isShown = true
      // A line that is as long as the terminal is wide would wrap, and could not be cleared.
      process.stderr.write(`${CLEAR_LINE}${text.slice(0, columns - 1)}`)
    },
    clear: () => {
      if (isShown) process.stderr.write(CLEAR_LINE)
      isShown = false
    },
  }
}
