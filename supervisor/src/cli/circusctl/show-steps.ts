import { liveLine } from './live-line.ts'
import type { OutputStyle } from './output-style.ts'

/**
 * Shows the steps of a command that is waited for, wherever they come from: one live line on a terminal, else a line
 * for each new step, on standard error. Resolves when there are no more.
 */
export async function showSteps(
  steps: AsyncIterable<string>,
  style: OutputStyle,
  now: () => number = () => performance.now(),
): Promise<void> {
  const line = liveLine(style)
  const begin = now()
  let last: string | null = null
  try {
    for await (const step of steps) {
      if (style.isLive) line.show(`${step} (${Math.round((now() - begin) / 1_000)} s)`)
      else if (step !== last) console.error(step)
      last = step
    }
  } finally {
    line.clear()
  }
}
