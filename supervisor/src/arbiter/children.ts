import type { ProcessRef } from '../core/effect.ts'
import type { ReadinessWatch } from '../os/readiness.ts'
import type { SpawnedProcess } from '../os/spawn.ts'

/** A process that was spawned and not yet reaped, as the shell holds it. */
export interface Child {
  readonly ref: ProcessRef
  readonly wid: number
  readonly process: SpawnedProcess
  readonly watch: ReadinessWatch
}

/**
 * The processes that exist. One is in here from its spawn to its exit event and no longer, so a pid that is found here
 * is not yet reaped: it cannot mean another process.
 */
export class Children {
  readonly #byRef = new Map<string, Child>()

  add(child: Child): void {
    this.#byRef.set(nameOf(child.ref), child)
  }

  find(ref: ProcessRef): Child | undefined {
    return this.#byRef.get(nameOf(ref))
  }

  delete(ref: ProcessRef): void {
    this.#byRef.delete(nameOf(ref))
  }
}

/** Names a process of a watcher in a map. */
export function nameOf({ watcher, id }: ProcessRef): string {
  return `${id} ${watcher}`
}
