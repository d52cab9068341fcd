import { writeFileSync } from 'node:fs'

/**
 * Shows us as `circusd ARGUMENTS` in ps, and as `circusd` where only the name is shown (pgrep, top). The arguments stay:
 * they tell one circusd from another.
 */
export function setTitle(argv: readonly string[]): void {
  process.title = ['circusd', ...argv].join(' ')
  if (process.platform !== 'linux') return
  try {
    // proc(5); Node has set the name to the first 15 bytes of the title.
    writeFileSync('/proc/self/comm', 'circusd')
  } catch {
    // No /proc: the name is longer, that is all.
  }
}
