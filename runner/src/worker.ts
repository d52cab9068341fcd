import type { Server } from 'node:net'
import { isatty } from 'node:tty'
import { addressOf } from './address.ts'
import { type AppSignals, deferAppSignals, type DeferredSignal } from './app-signals.ts'
import { appStack } from './app-stack.ts'
import { type Connections, trackConnections } from './connections.ts'
import { cutOffTable } from './cut-off.ts'
import { beginDrain, type Drain, type DrainOutcome } from './drain.ts'
import type { Environment } from './environment.ts'
import { EXIT } from './exit-code.ts'
import { defaultIdleGraceMs } from './idle-grace.ts'
import { listen } from './listen.ts'
import { loadApp } from './load-app.ts'
import { log } from './log.ts'
import { openNotifier, type Notifier } from './notifier.ts'
import type { Options } from './options.ts'
import { watchParent } from './orphan.ts'
import { LoadError } from './runner-error.ts'
import { type EndingSignal, type Phase, signalAction } from './signal-action.ts'
import { handleSignals } from './signals.ts'

/** How long requests may go on after an exception that nobody caught, in ms: the state of the program is suspect. */
export const CRASH_GRACE_MS = 500

/** Backlog of the listening socket when nobody names one. Linux caps it at net.core.somaxconn (4096). */
const DEFAULT_BACKLOG = 2048

/** The life of the runner: loads the application, serves it, drains, and says with which code to exit. */
export class Worker {
  readonly #options: Options
  readonly #environment: Environment
  readonly #notifier: Notifier
  readonly #parent = process.ppid
  #appSignals: AppSignals | undefined
  #state: State = { phase: 'loading' }
  #exitCode: number = EXIT.drained
  #isInterrupted = false
  #exit: (code: number) => void = () => {}
  #fail: (error: unknown) => void = () => {}

  constructor(options: Options, environment: Environment) {
    this.#options = options
    this.#environment = environment
    this.#notifier = openNotifier(environment.notifyFd)
  }

  /**
   * Resolves with the exit code when the process should end.
   * @throws {RunnerError} If serving cannot begin.
   */
  run(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#exit = resolve
      this.#fail = reject
      this.#boot().catch(reject)
    })
  }

  async #boot(): Promise<void> {
    const { app, fd } = this.#options
    // Whoever reads the line below may send a signal at once, so the handlers stand before it.
    handleSignals((signal) => this.#onSignal(signal))
    this.#notifier.status(`loading ${app}`)
    process.on('uncaughtException', (error) => this.#onCrash(error))
    this.#appSignals = deferAppSignals()
    const { server, name } = await loadApp(this.#options)
    const { keepAliveTimeoutMs } = this.#options
    if (keepAliveTimeoutMs !== undefined) setKeepAliveTimeout(server, keepAliveTimeoutMs)
    const connections = trackConnections(server)
    const socket = this.#environment.sockets.find((socket) => socket.fd === fd)
    await listen(server, fd, this.#options.backlog ?? socket?.backlog ?? DEFAULT_BACKLOG)
    this.#state = { phase: 'serving', server, connections }
    this.#notifier.ready()
    log(`serving ${app} (${name}) on fd ${fd}, ${addressOf(server, socket?.path)}`)
    if (this.#environment.notifyFd !== undefined && this.#options.orphan === 'drain') {
      watchParent(this.#parent, () => this.#onOrphaned())
    }
  }

  #onSignal(signal: EndingSignal): void {
    const action = signalAction(this.#state.phase, signal, {
      isTerminal: isatty(0),
      isInterrupted: this.#isInterrupted,
    })
    this.#isInterrupted ||= signal === 'SIGINT'
    if (action.type === 'ignore') return
    if (action.type === 'exit') {
      this.#exit(action.why === 'interrupted' ? EXIT.interrupted : this.#exitCode)
      return
    }
    const { drainTimeoutMs, fastTimeoutMs } = this.#options
    this.#drain(signal, action.deadline === 'full' ? drainTimeoutMs : fastTimeoutMs)
    if (action.closeIdle) this.#closeIdle()
  }

  #onOrphaned(): void {
    if (this.#state.phase !== 'serving') return
    log('the supervisor is gone')
    this.#drain('SIGTERM', this.#options.drainTimeoutMs)
  }

  /** An exception that nobody caught, also one from a promise. The application may have its own way with them. */
  #onCrash(error: unknown): void {
    if (process.listenerCount('uncaughtException') > 1) return
    if (this.#state.phase === 'loading') {
      this.#fail(
        new LoadError(`Cannot load ${this.#options.app}: it threw an exception`, { cause: error }),
      )
      return
    }
    log(`uncaught exception\n${appStack(error)}`)
    this.#exitCode = EXIT.crashed
    if (this.#state.phase === 'closing') {
      this.#exit(this.#exitCode)
      return
    }
    this.#drain(undefined, CRASH_GRACE_MS)
    this.#closeIdle()
  }

  /** Begins to drain, or hurries with it. `signal` says whose handlers of the application come after it. */
  #drain(signal: EndingSignal | undefined, deadlineMs: number): void {
    if (this.#state.phase === 'draining') this.#state.drain.hasten(deadlineMs)
    if (this.#state.phase !== 'serving') return
    const { server, connections } = this.#state
    this.#notifier.stopping()
    const open = connections()
    const count = open.accepted.size
    log(`draining, ${count} ${count === 1 ? 'connection' : 'connections'}`)
    const drain = beginDrain(server, open, {
      deadlineMs,
      freshGraceMs: this.#options.freshGraceMs,
      idleGraceMs: this.#options.idleGraceMs ?? defaultIdleGraceMs(server),
    })
    this.#state = { phase: 'draining', drain }
    this.#close(drain, signal).catch(this.#fail)
  }

  #closeIdle(): void {
    if (this.#state.phase === 'draining') this.#state.drain.closeIdle()
  }

  async #close(drain: Drain, signal: EndingSignal | undefined): Promise<void> {
    const outcome = await drain.ended
    report(outcome)
    this.#state = { phase: 'closing' }
    if (outcome.cutOff.length > 0) this.#exitCode ||= EXIT.deadline
    // After a crash the application's clean-up is not to be trusted either.
    if (signal !== undefined && this.#exitCode !== EXIT.crashed) {
      const thrown = await this.#appSignals?.run(deferred(signal))
      for (const error of thrown ?? []) {
        log(`a ${deferred(signal)} handler of the application failed\n${appStack(error)}`)
        this.#exitCode = EXIT.crashed
      }
    }
    this.#exit(this.#exitCode)
  }
}

/** The phase, and what exists in it only. */
type State =
  | { readonly phase: Exclude<Phase, 'serving' | 'draining'> }
  | { readonly phase: 'serving'; readonly server: Server; readonly connections: () => Connections }
  | { readonly phase: 'draining'; readonly drain: Drain }

function deferred(signal: EndingSignal): DeferredSignal {
  return signal === 'SIGUSR2' ? 'SIGTERM' : signal
}

function report({ durationMs, cutOff }: DrainOutcome): void {
  const after =
    durationMs < 1000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1000).toFixed(1)} s`
  if (cutOff.length === 0) {
    log(`drained in ${after}`)
    return
  }
  log(`the drain deadline passed after ${after}, cut off:\n${cutOffTable(cutOff).join('\n')}`)
}

function setKeepAliveTimeout(server: Server, milliseconds: number): void {
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = milliseconds
}
