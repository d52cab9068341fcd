import type { Announcement, Effect, ProcessRef } from '../core/effect.ts'
import type { ArbiterEvent, ProcessEvent } from '../core/event.ts'
import type { JobId, JobOutcome } from '../core/job.ts'
import { watchReadiness, type ReadinessWatch } from '../os/readiness.ts'
import { sendSignal, signalNumber, signalProcess } from '../os/signal.ts'
import { spawnProcess, type ExitStatus, type SpawnedProcess } from '../os/spawn.ts'
import { Children } from './children.ts'
import { TREE_VARIABLE } from './kinship.ts'
import type { Log } from './log.ts'
import type { Launch } from './launch.ts'
import { PacedQueue } from './paced-queue.ts'
import type { Trees } from './trees.ts'

/** What effects act on. */
export interface Surroundings {
  readonly log: Log
  readonly trees: Trees
  readonly announce: (announcement: Announcement) => void
  readonly endJob: (job: JobId, outcome: JobOutcome) => void
  /**
   * How to start a process of a watcher now.
   * @throws {LaunchError} If there is no way: a program or directory is missing.
   */
  readonly launch: (watcher: string, wid: number, generation: number) => Launch
}

type SpawnEffect = Extract<Effect, { type: 'spawn' }>
type Post = (event: ArbiterEvent) => void

/** Turns effects into calls of the system; what comes of them is posted. */
export function newPerformer(around: Surroundings): (effect: Effect, post: Post) => void {
  const children = new Children()
  const spawns = new PacedQueue<{ readonly effect: SpawnEffect; readonly post: Post }>(
    ({ effect, post }) => spawn(effect, post, children, around),
  )
  return (effect, post) => {
    switch (effect.type) {
      case 'spawn':
        spawns.push({ effect, post })
        return
      case 'signal':
        signal(effect, children, around)
        return
      case 'killTree':
        around.trees.killAll(effect.process)
        return
      case 'sweep':
        // Done before its exit was told.
        return
      case 'unwatch':
        children.find(effect.process)?.watch.stopProbing()
        return
      case 'announce':
        around.announce(effect.announcement)
        return
      case 'log':
        around.log(effect.level, effect.message)
        return
      case 'endJob':
        around.endJob(effect.job, effect.outcome)
        return
      case 'leave':
        // The event loop itself has left.
        return
    }
  }
}

function spawn(effect: SpawnEffect, post: Post, children: Children, around: Surroundings): void {
  const ref = effect.process
  const tell = (event: ProcessEvent): void => post({ type: 'process', process: ref, event })
  let launch: Launch
  try {
    launch = around.launch(ref.watcher, effect.wid, effect.generation)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    tell({ type: 'spawnFailed', reason, permanent: true })
    return
  }
  const { cookie } = around.trees.prepare(ref)
  const env = { ...launch.request.env, [TREE_VARIABLE]: cookie }
  const spawned = spawnProcess(
    { ...launch.request, env },
    {
      exited: (status) => {
        const child = children.find(ref)
        children.delete(ref)
        child?.watch.stop()
        child?.process.notify?.destroy()
        around.trees.sweep(ref, () => tell({ type: 'exited', exitCode: toExitCode(status) }))
      },
      failed: (error) =>
        tell({ type: 'spawnFailed', reason: error.message, permanent: isPermanent(error.code) }),
    },
  )
  if (spawned === undefined) {
    around.trees.spawnFailed(ref)
    return
  }
  around.trees.began(ref, spawned.pid, spawned.startTime)
  if (spawned.stdout) launch.stdout(spawned.stdout, spawned.pid)
  if (spawned.stderr) launch.stderr(spawned.stderr, spawned.pid)
  children.add({ ref, process: spawned, watch: watch(spawned, launch, tell) })
  tell({ type: 'spawned', pid: spawned.pid, startTime: spawned.startTime ?? null })
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

function signal(
  effect: Extract<Effect, { type: 'signal' }>,
  children: Children,
  { trees, log }: Surroundings,
): void {
  if (children.find(effect.process) === undefined) return
  trees.snapshot(effect.process)
  const direct = effect.children ? trees.children(effect.process) : []
  attempt(log, effect.process, () => sendSignal(effect.pid, effect.signal))
  for (const child of direct) {
    attempt(log, effect.process, () => signalProcess(child, effect.signal))
  }
}

function attempt(log: Log, { watcher }: ProcessRef, act: () => void): void {
  try {
    act()
  } catch (error) {
    log('error', `${watcher}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
