import type { Announcement, Effect, ProcessRef } from '../core/effect.ts'
import type { ArbiterEvent, ProcessEvent } from '../core/event.ts'
import type { JobId, JobOutcome } from '../core/job.ts'
import { children as childrenOf, descendants } from '../os/procfs.ts'
import { watchReadiness, type ReadinessWatch } from '../os/readiness.ts'
import { killGroup, sendSignal, signalNumber } from '../os/signal.ts'
import { spawnProcess, type ExitStatus, type SpawnedProcess } from '../os/spawn.ts'
import { Children, type Child } from './children.ts'
import type { Log } from './log.ts'
import type { Launch } from './launch.ts'
import { PacedQueue } from './paced-queue.ts'

/** What effects act on. */
export interface Surroundings {
  readonly log: Log
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
      case 'cancelSpawn':
      case 'stopCommand':
      case 'hook':
      case 'awaitDemand':
      case 'ignoreDemand':
      case 'readConfiguration':
      case 'adoptConfiguration':
        throw new Error(`Cannot perform ${effect.type}: not wired`)
      case 'killTree':
        killTree(effect, children, around.log)
        return
      case 'sweep':
        sweep(effect.pid, around.log)
        post({ type: 'process', process: effect.process, event: { type: 'cleared' } })
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
  const spawned = spawnProcess(launch.request, {
    exited: (status) => {
      const child = children.find(ref)
      children.delete(ref)
      child?.watch.stop()
      child?.process.notify?.destroy()
      tell({ type: 'exited', exitCode: toExitCode(status) })
    },
    failed: (error) =>
      tell({ type: 'spawnFailed', reason: error.message, permanent: isPermanent(error.code) }),
  })
  if (spawned === undefined) return
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
  { log, announce }: Surroundings,
): void {
  const child = children.find(effect.process)
  if (child === undefined) return
  const { watcher } = effect.process
  if (effect.isStop) announce({ name: 'kill', watcher, pid: effect.pid })
  const pids = effect.children ? [effect.pid, ...childrenOf(effect.pid)] : [effect.pid]
  for (const pid of pids) {
    attempt(log, effect.process, () => sendSignal(pid, effect.signal))
  }
}

function killTree(
  effect: Extract<Effect, { type: 'killTree' }>,
  children: Children,
  log: Log,
): void {
  const child: Child | undefined = children.find(effect.process)
  if (child === undefined) return
  // Listed while the parent lives: afterwards nobody can tell whose they were.
  const tree = descendants(effect.pid)
  attempt(log, effect.process, () => killGroup(effect.pid))
  for (const pid of tree) attempt(log, effect.process, () => sendSignal(pid, SIGKILL))
}

const SIGKILL = 9

/**
 * Ends what is left in the group of a process that was just reaped. While the group has members the kernel gives its
 * number to nobody else; when it has none, ESRCH says so.
 */
function sweep(pid: number, log: Log): void {
  try {
    killGroup(pid)
  } catch (error) {
    log('warning', `cannot end what process ${pid} has left behind: ${String(error)}`)
  }
}

function attempt(log: Log, { watcher }: ProcessRef, act: () => void): void {
  try {
    act()
  } catch (error) {
    log('error', `${watcher}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
