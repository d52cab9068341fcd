import { constants } from 'node:os'
import { startDetached } from '../os/detached-start.ts'
import { EXIT } from './circusd-exit.ts'
import { say } from './say.ts'

/** A signal to the launcher means the circusd that it waits for. */
const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP']

/**
 * `--daemon`: starts circusd in the background and returns when it is up, or has failed. Circus returns 0 before it has
 * read the configuration.
 * @returns 0 only if it runs; else its exit code. It has said itself what is wrong: it shares our standard error.
 */
export async function launchCircusd(): Promise<number> {
  const stop = new AbortController()
  let received: NodeJS.Signals | undefined
  const listener = (signal: NodeJS.Signals): void => {
    received = signal
    stop.abort()
  }
  for (const signal of SIGNALS) process.on(signal, listener)
  try {
    const outcome = await startDetached(stop.signal)
    if (outcome.type === 'up') return EXIT.ok.code
    if (received !== undefined) return 128 + constants.signals[received]
    if (outcome.exitCode !== null && outcome.exitCode !== EXIT.ok.code) return outcome.exitCode
    const how = outcome.signal === null ? 'was stopped' : `was ended by ${outcome.signal}`
    say(2, `circusd: it ${how} before it was up\n`)
    return EXIT.system.code
  } catch (error) {
    say(2, `circusd: ${error instanceof Error ? error.message : String(error)}\n`)
    return EXIT.system.code
  } finally {
    for (const signal of SIGNALS) process.off(signal, listener)
  }
}
