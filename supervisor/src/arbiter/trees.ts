import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { ProcessRef } from '../core/effect.ts'
import { hasMembers, killCgroup, removeCgroup } from '../os/cgroup.ts'
import { monotonicNow } from '../os/clock.ts'
import { commandLine, type ProcessIdentity, processStat } from '../os/procfs.ts'
import { killGroup, signalProcess } from '../os/signal.ts'
import { becomeSubreaper } from '../os/subreaper.ts'
import { nameOf } from './children.ts'
import { Kinship, TREE_VARIABLE } from './kinship.ts'
import { livingChildren, livingMembers, rootOf } from './living-members.ts'
import type { Log } from './log.ts'
import { Orphans } from './orphans.ts'
import { TreeCgroups } from './tree-cgroups.ts'
import { keyOf, type Tree } from './tree.ts'

export interface TreesOptions {
  readonly log: Log
  /** A cgroup for each process, where circusd may make one. */
  readonly useCgroups: boolean
}

/** How a process is marked at its spawn, so that its tree can be told from others. */
export interface TreeMark {
  /** What its environment has as CIRCUS_TREE: the cookies of the trees it is in, ours last. */
  readonly cookie: string
  /**
   * Directory of its cgroup, null if there is none. A process that writes 0 to `cgroup.procs` there before it becomes the
   * program leaves no moment in which the program is outside; `began` leaves about 0.1 ms.
   */
  readonly cgroup: string | null
}

const SIGKILL = 9

/** Looks for processes that were forked during the last look; what is still forking then is met again at the next death. */
const ROUNDS = 8

/** The death of whoever was killed is told by SIGCHLD; these pauses, in ms, are for what falls to another subreaper. */
const SHORTEST_PAUSE_MS = 5
const LONGEST_PAUSE_MS = 250

/** How long a process may survive SIGKILL (in state D) before the log says that it is waited for, in ms. */
const REPORT_AFTER_MS = 5_000

/** How long a process may show neither command line nor environment before it counts as nobody's, in ms; execve(2) takes far less. */
const UNDECIDED_LIMIT_MS = 1_000

/** Longest wait at the daemon's end for orphans that nobody claims, in ms. */
const CLOSE_LIMIT_MS = 5_000

/**
 * The processes of the watchers with everything they have started, wherever it went: to a session of its own, to another
 * parent, into the background. One per program: it makes this process a subreaper and listens to SIGCHLD.
 *
 * On Linux a signal goes to exactly (pid, start time). What left the session and cleared its environment, and whose
 * parent had died before anybody looked, is found only where there are cgroups. Other systems know the process group.
 */
export class Trees {
  readonly #log: Log
  readonly #cgroups: TreeCgroups | undefined
  readonly #orphans: Orphans
  readonly #kinship = new Kinship()
  readonly #prepared = new Map<string, TreeMark>()
  readonly #byRef = new Map<string, Tree>()
  /** Trees whose process was not yet reaped, by its pid. */
  readonly #byRoot = new Map<number, Tree>()
  readonly #ending = new Set<Tree>()
  /** Programs of another user (setuid), which we may not signal: nobody can wait for their end. The log says so once. */
  readonly #untouchable = new Set<string>()
  /** Orphans that may still show whose they are, by `keyOf`, with the time when they were first seen. */
  #undecided: ReadonlyMap<string, number> = new Map()
  readonly #cookiePrefix = cookiePrefix()
  #lastCookie = 0
  #isAttributed = false
  #look: NodeJS.Immediate | undefined
  #backstop: NodeJS.Timeout | undefined
  #pauseMs = SHORTEST_PAUSE_MS

  private constructor({ log, useCgroups }: TreesOptions) {
    this.#log = log
    this.#cgroups = useCgroups ? TreeCgroups.open(log) : undefined
    this.#orphans = new Orphans(
      (pid) => this.#byRoot.has(pid),
      () => this.#lookSoon(),
    )
  }

  /** To be called before the first spawn. */
  static open(options: TreesOptions): Trees {
    try {
      becomeSubreaper()
    } catch (error) {
      options.log('warning', `orphans of the processes will get away: ${String(error)}`)
    }
    return new Trees(options)
  }

  /** A process is about to be spawned: how to mark it. Followed by `began` or `spawnFailed`. */
  prepare(ref: ProcessRef): TreeMark {
    this.#lastCookie += 1
    const cookie = `${this.#cookiePrefix}.${this.#lastCookie}`
    const mark = { cookie, cgroup: this.#cgroups?.make(ref) ?? null }
    this.#prepared.set(nameOf(ref), mark)
    return mark
  }

  /** There is no process. */
  spawnFailed(ref: ProcessRef): void {
    const cgroup = this.#prepared.get(nameOf(ref))?.cgroup
    this.#prepared.delete(nameOf(ref))
    if (typeof cgroup === 'string') removeCgroup(cgroup)
  }

  /** A process was spawned, in this turn of the event loop. It is put in its cgroup, if it has not done that itself. */
  began(ref: ProcessRef, pid: number, startTime: number | undefined): void {
    const { cookie, cgroup } = this.#prepared.get(nameOf(ref)) ?? this.prepare(ref)
    this.#prepared.delete(nameOf(ref))
    const tree: Tree = {
      ref,
      pid,
      startTime,
      cookie: cookie.slice(cookie.lastIndexOf(':') + 1),
      cgroup: cgroup !== null && this.#cgroups?.enter(cgroup, pid) === true ? cgroup : null,
      members: new Map(),
      sessions: new Set(),
      ending: null,
    }
    this.#byRef.set(nameOf(ref), tree)
    this.#byRoot.set(pid, tree)
    this.#kinship.add(tree)
  }

  /**
   * Notes who is in a tree. To be called before the first signal of a stop: whose parents die of it is known only then.
   * A cgroup knows its members at any time.
   */
  snapshot(ref: ProcessRef): void {
    const tree = this.#byRef.get(nameOf(ref))
    if (tree !== undefined && tree.cgroup === null) livingMembers(tree, this.#kinship)
  }

  /** Living direct children of a process that was not yet reaped. */
  children(ref: ProcessRef): readonly ProcessIdentity[] {
    const tree = this.#byRef.get(nameOf(ref))
    return tree === undefined ? [] : rootOf(tree).flatMap(livingChildren)
  }

  /** Everybody who lives in the tree of a process that was not yet reaped, without that one. */
  others(ref: ProcessRef): readonly ProcessIdentity[] {
    const tree = this.#byRef.get(nameOf(ref))
    if (tree === undefined) return []
    return livingMembers(tree, this.#kinship).filter(({ pid }) => pid !== tree.pid)
  }

  /** A process has ended that nobody looks after any more: what it has started stays. */
  leave(ref: ProcessRef): void {
    const tree = this.#byRef.get(nameOf(ref))
    if (tree === undefined) return
    this.#byRef.delete(nameOf(ref))
    if (this.#byRoot.get(tree.pid) === tree) this.#byRoot.delete(tree.pid)
    this.#kinship.remove(tree)
  }

  /** SIGKILL to a process and everybody in its tree. */
  killAll(ref: ProcessRef): void {
    const tree = this.#byRef.get(nameOf(ref))
    if (tree === undefined) return
    // Once for all kills of this turn; who loses its parent by one of them is met by the sweep.
    if (!this.#isAttributed) {
      this.#isAttributed = true
      setImmediate(() => (this.#isAttributed = false))
      this.#orphans.refresh()
      this.#attribute()
    }
    this.#kill(tree)
  }

  /**
   * Ends what is left of a tree. To be called when its process was reaped, in the turn of the exit event.
   * @param done Called once when nobody of it lives, at the earliest in the next turn of the event loop.
   */
  sweep(ref: ProcessRef, done: () => void): void {
    const tree = this.#byRef.get(nameOf(ref))
    if (tree === undefined) {
      setImmediate(done)
      return
    }
    if (this.#byRoot.get(tree.pid) === tree) this.#byRoot.delete(tree.pid)
    tree.ending = { done, since: monotonicNow(), isReported: false }
    this.#ending.add(tree)
    this.#pauseMs = SHORTEST_PAUSE_MS
    this.#lookSoon()
  }

  /**
   * At the daemon's end: ends the orphans that nobody claims, unless we are PID 1, and stops looking. Children from before
   * the exec of this program stay. Waits 5 s at most.
   */
  async close(): Promise<void> {
    const limit = monotonicNow() + CLOSE_LIMIT_MS
    for (let pauseMs = SHORTEST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      this.#orphans.refresh()
      const left = process.pid === 1 ? [] : this.#orphans.living
      if (left.length === 0) break
      if (monotonicNow() > limit) {
        this.#log('warning', `these processes are left: ${left.map(({ pid }) => pid).join(', ')}`)
        break
      }
      for (const orphan of left) this.#end(orphan, 'orphan')
      await pause(pauseMs)
    }
    clearImmediate(this.#look)
    clearTimeout(this.#backstop)
    this.#orphans.close()
    this.#cgroups?.close()
  }

  /** Once for all that happens in this turn of the event loop. */
  #lookSoon(): void {
    this.#look ??= setImmediate(() => {
      this.#look = undefined
      const isListed = this.#orphans.refresh()
      if (this.#ending.size > 0) {
        const isComplete = this.#attribute() && isListed
        for (const tree of this.#ending) this.#advance(tree, isComplete)
      }
      this.#armBackstop()
    })
  }

  /** Notes for each orphan in whose tree it is; false if that cannot be told of one of them yet. */
  #attribute(): boolean {
    const undecided = new Map<string, number>()
    const now = monotonicNow()
    let isComplete = true
    for (const orphan of this.#orphans.living) {
      const tree = this.#kinship.ownerOf(orphan)
      if (tree !== undefined) {
        this.#kinship.record(tree, orphan)
      } else if (!showsItself(orphan.pid)) {
        const since = this.#undecided.get(keyOf(orphan)) ?? now
        undecided.set(keyOf(orphan), since)
        if (now - since < UNDECIDED_LIMIT_MS) isComplete = false
      }
    }
    this.#undecided = undecided
    return isComplete
  }

  /**
   * The next step towards the end of a tree. It has come when a complete look has found nobody: whoever was found, and be
   * it dead by now, may have had children which fell to us since.
   */
  #advance(tree: Tree, isComplete: boolean): void {
    const { cgroup, ending } = tree
    if (ending === null) return
    const isEmpty = cgroup === null || removeCgroup(cgroup) || !hasMembers(cgroup)
    const hadMembers = [...tree.members.keys()].some((key) => !this.#untouchable.has(key))
    if (isEmpty && isComplete && !hadMembers) {
      if (!isLinux) this.#endGroup(tree)
      this.#ending.delete(tree)
      this.#byRef.delete(nameOf(tree.ref))
      this.#kinship.remove(tree)
      ending.done()
      return
    }
    const left = this.#kill(tree)
    if (left.length === 0 && isEmpty && isComplete) this.#lookSoon()
    else if (!ending.isReported && monotonicNow() - ending.since > REPORT_AFTER_MS) {
      ending.isReported = true
      const who = left.map(({ pid }) => `${pid} (${processStat(pid)?.state ?? 'gone'})`)
      const whom = who.length > 0 ? who.join(', ') : `somebody in ${cgroup}`
      this.#log('warning', `${tree.ref.watcher}: SIGKILL has not ended ${whom} yet`)
    }
  }

  /** SIGKILL to all who live in a tree; gives those who have not died of it yet. */
  #kill(tree: Tree): readonly ProcessIdentity[] {
    if (!isLinux) {
      this.#endGroup(tree)
      return []
    }
    let living = livingMembers(tree, this.#kinship)
    // First seen, then killed: a member leaves its cgroup a moment before it is dead.
    if (tree.cgroup !== null) killCgroup(tree.cgroup)
    const signalled = new Set<string>()
    for (let round = 0; round < ROUNDS; round += 1) {
      const fresh = living.filter((process) => !signalled.has(keyOf(process)))
      if (fresh.length === 0) break
      for (const process of fresh) {
        signalled.add(keyOf(process))
        this.#end(process, tree.ref.watcher)
      }
      living = livingMembers(tree, this.#kinship)
    }
    return living.filter((process) => !this.#untouchable.has(keyOf(process)))
  }

  #end(process: ProcessIdentity, watcher: string): void {
    if (this.#untouchable.has(keyOf(process))) return
    try {
      signalProcess(process, SIGKILL)
    } catch (error) {
      this.#untouchable.add(keyOf(process))
      this.#log('error', `${watcher}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  #endGroup({ pid, ref }: Tree): void {
    try {
      killGroup(pid)
    } catch (error) {
      this.#log(
        'error',
        `${ref.watcher}: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }

  #armBackstop(): void {
    clearTimeout(this.#backstop)
    if (this.#ending.size === 0) return
    this.#backstop = setTimeout(() => this.#lookSoon(), this.#pauseMs)
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS)
  }
}

/** In the middle of execve(2), and after its death, a process shows neither its command line nor its environment. */
function showsItself(pid: number): boolean {
  return (commandLine(pid) ?? []).length > 0
}

const isLinux = process.platform === 'linux'

function cookiePrefix(): string {
  const own = randomBytes(8).toString('hex')
  const outer = process.env[TREE_VARIABLE]
  return outer === undefined ? own : `${outer}:${own}`
}
