import { monotonicNow } from '../os/clock.ts'
import type { ServiceManager } from '../os/service-manager.ts'

/** Pause between two looks at what has changed, in ms; shorter if the watchdog wants it. */
const BEAT_MS = 5_000

/** What the reports are about. */
export interface ServiceSubject {
  readonly pid: number
  /** In a few words. */
  readonly status: () => string
  readonly isStopping: () => boolean
}

/**
 * Keeps the service manager informed (sd_notify(3)): READY, RELOADING, STOPPING, STATUS, and WATCHDOG as long as our event
 * loop turns. Without a service manager nothing happens.
 */
export class ServiceReports {
  readonly #manager: ServiceManager | undefined
  #subject: ServiceSubject | undefined
  #beat: NodeJS.Timeout | undefined
  #reloads = 0
  /** Why the last reload has failed; null if it has not. */
  #failure: string | null = null
  #hasStopped = false
  /** What was sent last. */
  #status = ''

  constructor(manager: ServiceManager | undefined) {
    this.#manager = manager
  }

  /** circusd is up. */
  ready(subject: ServiceSubject): void {
    if (this.#manager === undefined) return
    this.#subject = subject
    // The watchers are yet to be started.
    this.#status = 'Starting'
    this.#manager.notify({ READY: 1, MAINPID: subject.pid, STATUS: this.#status })
    const { watchdogMs } = this.#manager
    const pause = watchdogMs === null ? BEAT_MS : Math.min(BEAT_MS, watchdogMs / 2)
    this.#beat = setInterval(() => this.#look(), pause)
  }

  /**
   * A reload has begun. READY follows when it and all others have ended.
   * @param outcome Resolves with what went wrong, or null.
   */
  async reloading(outcome: Promise<string | null>): Promise<void> {
    if (this.#manager === undefined || this.#subject === undefined || this.#hasStopped) return
    this.#reloads += 1
    const MONOTONIC_USEC = Math.floor(monotonicNow() * 1_000)
    this.#manager.notify({ RELOADING: 1, MONOTONIC_USEC, STATUS: 'Reloading' })
    this.#status = 'Reloading'
    this.#failure = await outcome
    this.#reloads -= 1
    if (this.#reloads > 0 || this.#hasStopped) return
    this.#status = this.#currentStatus(this.#subject)
    this.#manager.notify({ READY: 1, STATUS: this.#status })
  }

  /** Everything is being stopped. */
  stopping(): void {
    if (this.#hasStopped) return
    this.#hasStopped = true
    this.#status = 'Stopping'
    this.#manager?.notify({ STOPPING: 1, STATUS: this.#status })
  }

  /** The last word. Idempotent. */
  close(): void {
    if (this.#subject !== undefined) this.stopping()
    clearInterval(this.#beat)
    this.#manager?.close()
  }

  /** That this runs at all shows that the event loop turns. */
  #look(): void {
    if (this.#manager === undefined || this.#subject === undefined) return
    if (this.#subject.isStopping()) this.stopping()
    if (this.#manager.watchdogMs !== null) this.#manager.notify({ WATCHDOG: 1 })
    const status = this.#currentStatus(this.#subject)
    if (status === this.#status) return
    this.#status = status
    this.#manager.notify({ STATUS: status })
  }

  #currentStatus(subject: ServiceSubject): string {
    if (this.#reloads > 0) return 'Reloading'
    if (this.#failure === null || this.#hasStopped) return subject.status()
    return `${subject.status()}; the last reload has failed: ${this.#failure}`
  }
}
