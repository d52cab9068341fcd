import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 2

/**
 * Waits until `condition` holds, by looking every 2 ms: for what the system tells nobody.
 * @param what Completes "Cannot wait longer until ...".
 * @throws {Error} After `timeoutMs`, by default 10 s.
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 10_000,
): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error(`Cannot wait longer until ${what}`)
    await sleep(PAUSE_MS)
  }
}
