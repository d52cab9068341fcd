import { isDead, ownChildren, processStat, type ProcessIdentity } from '../os/procfs.ts'
import { reap } from '../os/reap.ts'

/** A living process whose parent has died and which fell to us. */
export interface Orphan extends ProcessIdentity {
  readonly session: number
}

/** A dead child, until we know that nobody else will reap it. */
interface Zombie {
  readonly startTime: number
  /** How many SIGCHLD we had heard of when it was first seen. */
  readonly seenAt: number
}

/**
 * libuv reaps what child_process has spawned, on every SIGCHLD that it handles. Who reaps such a child before libuv leaves
 * it with a process that never exits. We and libuv hear of each signal one after the other, in an order nobody promises; so
 * between two of them libuv has looked at all of its children once. A zombie that is still there then is not libuv's.
 */
const SIGNALS_UNTIL_OURS = 2

/**
 * The children of ours which we did not spawn: it is us to whom they fell. The dead among them are reaped, what
 * child_process has spawned, by whatever module, is not. What worker threads have spawned does not show.
 */
export class Orphans {
  readonly #isSpawned: (pid: number) => boolean
  readonly #notify: () => void
  /** Children from before the exec of this program: no offspring of our watchers. */
  readonly #earlier = new Map<number, number>()
  #living = new Map<number, Orphan>()
  #zombies = new Map<number, Zombie>()
  #signals = 0

  /**
   * @param isSpawned Whether a child is a process of a watcher; asked for speed only, as there may be thousands.
   * @param notify Called after each SIGCHLD: time to `refresh`, in a later turn of the event loop.
   */
  constructor(isSpawned: (pid: number) => boolean, notify: () => void) {
    this.#isSpawned = isSpawned
    this.#notify = notify
    for (const pid of ownChildren()) {
      const stat = processStat(pid)
      if (stat !== undefined) this.#earlier.set(pid, stat.startTime)
    }
    process.on('SIGCHLD', this.#hear)
  }

  /** Living orphans, as of the last `refresh`. What child_process has spawned is among them. */
  get living(): readonly Orphan[] {
    return [...this.#living.values()]
  }

  /** Looks at all children anew, and reaps those which are ours to reap. */
  refresh(): void {
    const living = new Map<number, Orphan>()
    const zombies = new Map<number, Zombie>()
    for (const pid of ownChildren()) {
      if (this.#isSpawned(pid)) continue
      const zombie = this.#zombies.get(pid)
      if (zombie !== undefined && this.#signals - zombie.seenAt < SIGNALS_UNTIL_OURS) {
        zombies.set(pid, zombie)
        continue
      }
      const stat = processStat(pid)
      if (stat === undefined) continue
      const { startTime, session } = stat
      if (!isDead(stat)) {
        if (this.#earlier.get(pid) !== startTime) living.set(pid, { pid, startTime, session })
      } else if (zombie?.startTime === startTime) {
        reap(pid)
      } else {
        zombies.set(pid, { startTime, seenAt: this.#signals })
      }
    }
    this.#living = living
    this.#zombies = zombies
    if (zombies.size > 0) process.kill(process.pid, 'SIGCHLD')
  }

  close(): void {
    process.removeListener('SIGCHLD', this.#hear)
  }

  readonly #hear = (): void => {
    this.#signals += 1
    this.#notify()
  }
}
