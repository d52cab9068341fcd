import type { ProcessRef, Effect } from '../core/effect.ts'
import type { ProcessEvent } from '../core/event.ts'
import { wallNow } from '../os/clock.ts'
import { watchReadiness, type ReadinessWatch } from '../os/readiness.ts'
import { signalNumber } from '../os/signal.ts'
import { spawnProcess, type ExitStatus, type SpawnedProcess } from '../os/spawn.ts'
import { nameOf, type Children } from './children.ts'
import { TREE_VARIABLE } from './kinship.ts'
import type { Launch } from './launch.ts'
import { PacedQueue } from './paced-queue.ts'
import type { Trees } from './trees.ts'
import type { WatcherHooks } from './watcher-hooks.ts'

type SpawnEffect = Extract<Effect, { type: 'spawn' }>

interface SpawnerOptions {
  readonly children: Children
  readonly trees: Trees
  readonly hooks: WatcherHooks
  /**
   * How to start a process of a watcher now.
   * @throws {LaunchError} If there is no way: a program or directory is missing.
   */
  readonly launch: (watcher: string, wid: number, generation: number) => Launch
  readonly tell: (process: ProcessRef, event: ProcessEvent) => void
}

/** Starts processes: asks the hook, waits for its turn, spawns, watches for readiness and for the end. */
export class Spawner {
  readonly #options: SpawnerOptions
  readonly #queue = new PacedQueue<SpawnEffect>((effect) => this.#spawnIfWanted(effect))
  /** Processes that are wanted and have not been spawned yet. */
  readonly #wanted = new Set<string>()

  constructor(options: SpawnerOptions) {
    this.#options = options
  }

  spawn(effect: SpawnEffect): void {
    const { watcher } = effect.process
    this.#wanted.add(nameOf(effect.process))
    if (this.#options.hooks.has(watcher, 'before_spawn')) void this.#spawnIfAllowed(effect)
    else this.#queue.push(effect)
  }

  /** What was not spawned yet will not be. */
  cancel(ref: ProcessRef): void {
    if (!this.#wanted.delete(nameOf(ref))) return
    const event = {
      type: 'spawnFailed',
      reason: 'it is not wanted any more',
      permanent: false,
    } as const
    this.#options.tell(ref, event)
  }

  /** The process goes on, and is nobody's from now on. */
  release(ref: ProcessRef): void {
    const child = this.#options.children.find(ref)
    this.#options.children.delete(ref)
    child?.watch.stop()
    child?.process.notify?.destroy()
  }

  async #spawnIfAllowed(effect: SpawnEffect): Promise<void> {
    const { isAllowed, reason } = await this.#options.hooks.ask(
      effect.process.watcher,
      'before_spawn',
    )
    if (isAllowed) this.#queue.push(effect)
    else if (this.#wanted.delete(nameOf(effect.process))) {
      this.#options.tell(effect.process, { type: 'spawnRefused', reason })
    }
  }

  #spawnIfWanted(effect: SpawnEffect): void {
    if (this.#wanted.delete(nameOf(effect.process))) this.#spawn(effect)
  }

  #spawn({ process: ref, wid, generation }: SpawnEffect): void {
    const { children, trees, launch: launchOf } = this.#options
    const tell = (event: ProcessEvent): void => this.#options.tell(ref, event)
    let launch: Launch
    try {
      launch = launchOf(ref.watcher, wid, generation)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      tell({ type: 'spawnFailed', reason, permanent: true })
      return
    }
    const { cookie } = trees.prepare(ref)
    const env = { ...launch.request.env, [TREE_VARIABLE]: cookie }
    const spawned = spawnProcess(
      { ...launch.request, env },
      {
        exited: (status) => this.#noteExit(ref, toExitCode(status)),
        failed: (error) =>
          tell({ type: 'spawnFailed', reason: error.message, permanent: isPermanent(error.code) }),
      },
    )
    if (spawned === undefined) {
      trees.spawnFailed(ref)
      return
    }
    trees.began(ref, spawned.pid, spawned.startTime)
    if (spawned.stdout) launch.stdout(spawned.stdout, spawned.pid)
    if (spawned.stderr) launch.stderr(spawned.stderr, spawned.pid)
    children.add({ ref, wid, process: spawned, watch: watch(spawned, launch, tell) })
    tell({ type: 'spawned', pid: spawned.pid, startTime: spawned.startTime ?? null })
  }

  #noteExit(ref: ProcessRef, exitCode: number): void {
    const { children, hooks, trees, tell } = this.#options
    const child = children.find(ref)
    if (child === undefined) {
      trees.leave(ref)
      return
    }
    this.release(ref)
    hooks.tell(ref.watcher, 'before_reap', { pid: child.process.pid, time: wallNow() / 1_000 })
    tell(ref, { type: 'exited', exitCode })
  }
}

/** Failures that stay until somebody repairs something, unlike those of a full machine. */
function isPermanent(code: string): boolean {
  return !['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE'].includes(code)
}

function watch(
  spawned: SpawnedProcess,
  launch: Launch,
  tell: (event: ProcessEvent) => void,
): ReadinessWatch {
  let hasSpoken = false
  const probe = launch.probe
  const readiness = watchReadiness(
    { notify: spawned.notify, probe: probe === null ? null : () => probe(spawned.pid) },
    {
      notified: () => tell({ type: 'ready' }),
      listening: () => tell({ type: 'ready' }),
      field: () => {
        if (hasSpoken) return
        hasSpoken = true
        // It will say itself when it is ready, which may be later than its first listen.
        readiness.stopProbing()
        tell({ type: 'notified' })
      },
      notifyClosed: () => tell({ type: 'notifyClosed' }),
    },
  )
  return readiness
}

/** The exit status, or the negative number of the signal, as Circus has it. */
function toExitCode({ exitCode, signal }: ExitStatus): number {
  if (signal !== null) return -(signalNumber(signal) ?? 0)
  return exitCode ?? 0
}
