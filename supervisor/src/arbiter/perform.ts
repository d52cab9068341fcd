import type { Announcement, Effect, ProcessRef } from '../core/effect.ts'
import type { ArbiterEvent, ProcessEvent } from '../core/event.ts'
import type { JobId, JobOutcome } from '../core/job.ts'
import { wallNow } from '../os/clock.ts'
import type { SpawnRequest } from '../os/spawn.ts'
import { Children } from './children.ts'
import type { Log } from './log.ts'
import type { Launch } from './launch.ts'
import { Spawner } from './spawner.ts'
import { Terminator } from './terminator.ts'
import type { Trees } from './trees.ts'
import type { WatcherHooks } from './watcher-hooks.ts'

/** What effects act on. */
export interface Surroundings {
  readonly log: Log
  readonly trees: Trees
  readonly hooks: WatcherHooks
  readonly announce: (announcement: Announcement) => void
  readonly endJob: (job: JobId, outcome: JobOutcome) => void
  /**
   * How to start a process of a watcher now.
   * @throws {LaunchError} If there is no way: a program or directory is missing.
   */
  readonly launch: (watcher: string, wid: number, generation: number) => Launch
  /** How to ask a process to end by a command. @throws {LaunchError} If there is no such program. */
  readonly stopCommand: (watcher: string, wid: number, pid: number) => SpawnRequest
  /** Something has happened to a watcher. */
  readonly noteCause: (watcher: string, what: string) => void
  /** A watcher exists no more. */
  readonly forget: (watcher: string) => void
  readonly awaitDemand: (watcher: string) => void
  readonly ignoreDemand: (watcher: string) => void
  /** The answer is posted. */
  readonly readConfiguration: (job: JobId) => void
  /** The answer is posted. */
  readonly adoptConfiguration: (job: JobId) => void
}

type Post = (event: ArbiterEvent) => void
type HookEffect = Extract<Effect, { type: 'hook' }>

/** Turns effects into calls of the system; what comes of them is posted. */
export function newPerformer(around: Surroundings, post: Post): (effect: Effect) => void {
  const tell = (process: ProcessRef, event: ProcessEvent): void =>
    post({ type: 'process', process, event })
  const children = new Children()
  const spawner = new Spawner({ ...around, children, tell })
  const terminator = new Terminator({ ...around, children, tell })
  return (effect) => {
    switch (effect.type) {
      case 'spawn':
        return spawner.spawn(effect)
      case 'cancelSpawn':
        return spawner.cancel(effect.process)
      case 'signal':
        return terminator.signal(effect)
      case 'stopCommand':
        return terminator.runStopCommand(effect.process, effect.pid)
      case 'killTree':
        return terminator.killTree(effect.process, effect.pid)
      case 'sweep':
        terminator.noteExit(effect.process)
        return around.trees.sweep(effect.process, () => tell(effect.process, { type: 'cleared' }))
      case 'release':
        return spawner.release(effect.process)
      case 'forget':
        around.hooks.forget(effect.watcher)
        return around.forget(effect.watcher)
      case 'unwatch':
        return children.find(effect.process)?.watch.stopProbing()
      case 'hook':
        return void askHook(effect, around.hooks, post)
      case 'awaitDemand':
        return around.awaitDemand(effect.watcher)
      case 'ignoreDemand':
        return around.ignoreDemand(effect.watcher)
      case 'announce':
        return announce(effect.announcement, around)
      case 'log':
        if (effect.watcher !== null) around.noteCause(effect.watcher, effect.message)
        return around.log(effect.level, effect.message)
      case 'endJob':
        return around.endJob(effect.job, effect.outcome)
      case 'readConfiguration':
        return around.readConfiguration(effect.job)
      case 'adoptConfiguration':
        return around.adoptConfiguration(effect.job)
      case 'leave':
        // The event loop itself has left.
        return
    }
  }
}

async function askHook(
  { hook, watcher, call, process }: HookEffect,
  hooks: WatcherHooks,
  post: Post,
): Promise<void> {
  const facts = process === null ? {} : { pid: process.pid }
  const verdict = await hooks.ask(watcher, hook, facts)
  if (process === null) post({ type: 'hookEnded', watcher, call, ...verdict })
  else post({ type: 'process', process: process.ref, event: { type: 'hookEnded', ...verdict } })
}

/** Publishes it, and runs the hooks that come after what was announced. */
function announce(announcement: Announcement, around: Surroundings): void {
  around.announce(announcement)
  const { watcher } = announcement
  if (announcement.name === 'stop') void endHooks(watcher, around.hooks)
  if (announcement.name !== 'reap') return
  const { pid, exitCode, isExpected } = announcement
  const time = wallNow() / 1_000
  // Circus' words: 1 for a process that it finds dead, nothing for one that it has stopped.
  const processStatus = isExpected ? null : 1
  around.hooks.tell(watcher, 'after_reap', { pid, time, exitCode, processStatus })
}

/** The last hook of a watcher's life; the next start reads changed modules anew. */
async function endHooks(watcher: string, hooks: WatcherHooks): Promise<void> {
  await hooks.ask(watcher, 'after_stop')
  hooks.forget(watcher)
}
