import type { EndingSignal } from './signal-action.ts'

/**
 * Listens to the signals that end the runner, and ignores those that would otherwise end it or open a door: SIGHUP
 * (the terminal closed; a reload is the supervisor's business), SIGUSR1 (Node would open its inspector, which runs
 * any code it is sent), SIGWINCH, SIGTTIN and SIGTTOU. SIGUSR2 is left to an application that listens to it.
 */
export function handleSignals(onEnding: (signal: EndingSignal) => void): void {
  process.on('SIGTERM', onEnding)
  process.on('SIGINT', onEnding)
  process.on('SIGQUIT', onEnding)
  process.on('SIGUSR2', () => {
    if (process.listenerCount('SIGUSR2') === 1) onEnding('SIGUSR2')
  })
  for (const signal of IGNORED) process.on(signal, ignore)
}

const IGNORED = ['SIGHUP', 'SIGUSR1', 'SIGWINCH', 'SIGTTIN', 'SIGTTOU'] as const

function ignore(): void {}
