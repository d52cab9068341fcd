import type { Log } from '../arbiter/log.ts'

/** What circusd does at signals, once it runs. */
export interface SignalActions {
  readonly log: Log
  /** TERM, INT, QUIT. Called again it hurries, then kills. */
  readonly quit: () => void
  /** HUP. */
  readonly reload: () => void
  /** USR1. */
  readonly reopen: () => void
}

const QUIT_SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGQUIT']

/**
 * The signals to circusd, from its first moment to its last: a signal that comes before it runs, or while it closes, must
 * not leave a pidfile or a socket behind. `docs/signals.md` lists them.
 */
export class CircusdSignals {
  #actions: SignalActions | undefined
  readonly #early: NodeJS.Signals[] = []
  readonly #listeners = new Map<NodeJS.Signals, () => void>()

  constructor() {
    for (const signal of QUIT_SIGNALS) this.#on(signal, () => this.#quit(signal))
    this.#on('SIGHUP', () => this.#actions?.reload())
    // Without a listener Node opens its inspector, a door for whoever can connect to it.
    this.#on('SIGUSR1', () => this.#actions?.reopen())
    // Without one it would end us, as it ends Circus.
    this.#on('SIGUSR2', () => {})
  }

  /** A signal to quit has come before `serve`. */
  get isQuitWanted(): boolean {
    return this.#early.length > 0
  }

  /** From now on signals act; those to quit that came before do so now. */
  serve(actions: SignalActions): void {
    this.#actions = actions
    for (const signal of this.#early.splice(0)) this.#listeners.get(signal)?.()
  }

  /** Gives the signals back their default action. */
  close(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener)
    this.#listeners.clear()
  }

  #on(signal: NodeJS.Signals, act: () => void): void {
    const listener = (): void => {
      const ignored = signal === 'SIGUSR2' ? ', which circusd ignores' : ''
      this.#actions?.log('info', `Got signal ${signal.replace('SIG', 'SIG_')}${ignored}`)
      act()
    }
    this.#listeners.set(signal, listener)
    process.on(signal, listener)
  }

  #quit(signal: NodeJS.Signals): void {
    if (this.#actions === undefined) this.#early.push(signal)
    else this.#actions.quit()
  }
}
