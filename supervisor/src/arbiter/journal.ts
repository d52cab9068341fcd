import type { ArbiterEvent } from '../core/event.ts'
import type { DaemonEvent } from '../protocol/command.ts'
import type { Cause } from '../protocol/view.ts'

/** Causes that are kept for each watcher: a day of daily reloads and a bad hour. */
export const KEPT_CAUSES = 50

/** The last causes of what each watcher does: what was asked of it, and what has happened to it. */
export class Journal {
  readonly #wallSeconds: () => number
  readonly #causes = new Map<string, Cause[]>()

  /** @param wallSeconds Wall-clock time in seconds since 1970, with fractions. */
  constructor(wallSeconds: () => number) {
    this.#wallSeconds = wallSeconds
  }

  /** Oldest first. */
  of(watcher: string): readonly Cause[] {
    return this.#causes.get(watcher) ?? []
  }

  /** Something has happened to a watcher. @param what One sentence. */
  note(watcher: string, what: string): void {
    this.#add(watcher, { time: this.#wallSeconds(), what, by: null })
  }

  /** Something was asked of watchers. @param by Who has asked. */
  ask(watchers: readonly string[], what: string, by: string): void {
    for (const watcher of watchers) {
      this.#add(watcher, { time: this.#wallSeconds(), what, by })
    }
  }

  /** The watcher exists no more. */
  forget(watcher: string): void {
    this.#causes.delete(watcher)
  }

  #add(watcher: string, cause: Cause): void {
    const causes = this.#causes.get(watcher) ?? []
    causes.push(cause)
    if (causes.length > KEPT_CAUSES) causes.shift()
    this.#causes.set(watcher, causes)
  }
}

/** The watchers that an event is about. @param all The names of all there are. */
export function watchersOf(
  event: ArbiterEvent | DaemonEvent,
  all: readonly string[],
): readonly string[] {
  switch (event.type) {
    case 'command':
    case 'hookEnded':
    case 'demand':
      return [event.watcher]
    case 'bulk':
      return event.command.watchers
    case 'addWatcher':
      return [event.policy.name]
    case 'process':
      return [event.process.watcher]
    case 'renew':
    case 'quit':
    case 'reloadConfiguration':
      return all
    case 'cancel':
    case 'configurationRead':
    case 'configurationAdopted':
    case 'tick':
      return []
  }
}
