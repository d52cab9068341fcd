import type { Effect, ProcessRef } from '../../../supervisor/dist/core/effect.js'
import type { ArbiterEvent, ProcessEvent } from '../../../supervisor/dist/core/event.js'
import type { Milliseconds, WatcherPolicy } from '../../../supervisor/dist/core/policy.js'
import type { Behaviour } from './behaviour.ts'

/** One process as the world sees it: what was told of it, and what was asked of it. It is forgotten when its tree is gone. */
export interface Program {
  readonly ref: ProcessRef
  readonly wid: number
  readonly generation: number
  /** The chance of the step in which it was asked for. */
  readonly lot: number
  readonly behaviour: Behaviour
  readonly askedAt: Milliseconds
  /** When it was asked for, its slot was held by an older one. */
  readonly succeeds: boolean
  /** `asked`: the spawn was not answered yet; `gone`: its exit was told, but its tree may live. */
  status: 'asked' | 'alive' | 'gone'
  pid: number | null
  spawnedAt: Milliseconds
  /** Told while it could count: after the spawn, before the exit. */
  hasShownReady: boolean
  speaks: boolean
  notifyClosedAt: Milliseconds | null
  hook: 'none' | 'pending' | 'allowed' | 'refused'
  cancelledAt: Milliseconds | null
  /** When it was asked to end, by signal or command, and the patience it had then. */
  stopAt: Milliseconds | null
  graceMs: Milliseconds
  /** How often somebody had hurried by then. */
  hurriesBefore: number
  /** The same for when its spawn was called off. */
  hurriesAtCancel: number
  /** When SIGKILL was sent, oldest first. */
  readonly kills: Milliseconds[]
  stopRequests: number
  hasCommandFailed: boolean
}

/** All processes of one world. */
export class Programs {
  readonly #byWatcher = new Map<string, Map<number, Program>>()
  readonly #byPid = new Map<number, Program>()
  /** Alive, and asked to end. */
  readonly ending = new Set<Program>()

  of(watcher: string): ReadonlyMap<number, Program> {
    return this.#byWatcher.get(watcher) ?? noPrograms
  }

  find({ watcher, id }: ProcessRef): Program | undefined {
    return this.#byWatcher.get(watcher)?.get(id)
  }

  get isEmpty(): boolean {
    return this.count === 0
  }

  get count(): number {
    let count = 0
    for (const programs of this.#byWatcher.values()) count += programs.size
    return count
  }

  /** A pid that nobody has: a small number, so that pids are soon used again, as on a busy machine. */
  freePid(): number {
    let pid = 100
    while (this.#byPid.has(pid)) pid += 1
    return pid
  }

  ask(
    effect: Extract<Effect, { type: 'spawn' }>,
    now: Milliseconds,
    lot: number,
    behaviour: Behaviour,
  ): Program {
    const program: Program = {
      ref: effect.process,
      wid: effect.wid,
      generation: effect.generation,
      lot,
      behaviour,
      askedAt: now,
      succeeds: [...this.of(effect.process.watcher).values()].some(
        (other) => other.wid === effect.wid && isWanted(other),
      ),
      status: 'asked',
      pid: null,
      spawnedAt: now,
      hasShownReady: false,
      speaks: false,
      notifyClosedAt: null,
      hook: 'none',
      cancelledAt: null,
      stopAt: null,
      graceMs: 0,
      hurriesBefore: 0,
      hurriesAtCancel: 0,
      kills: [],
      stopRequests: 0,
      hasCommandFailed: false,
    }
    const { watcher, id } = effect.process
    const programs = this.#byWatcher.get(watcher) ?? new Map<number, Program>()
    programs.set(id, program)
    this.#byWatcher.set(watcher, programs)
    return program
  }

  /** Notes what the core was told. */
  noteEvent(event: ArbiterEvent, now: Milliseconds): void {
    if (event.type !== 'process') return
    const program = this.find(event.process)
    if (program !== undefined) this.#note(program, event.event, now)
  }

  #note(program: Program, event: ProcessEvent, now: Milliseconds): void {
    switch (event.type) {
      case 'spawned':
        program.status = 'alive'
        program.pid = event.pid
        program.spawnedAt = now
        this.#byPid.set(event.pid, program)
        return
      case 'spawnFailed':
      case 'spawnRefused':
        this.#forget(program)
        return
      case 'hookEnded':
        program.hook = event.isAllowed ? 'allowed' : 'refused'
        return
      case 'notified':
        program.speaks = true
        return
      case 'ready':
        if (program.status === 'alive') program.hasShownReady = true
        return
      case 'notifyClosed':
        if (program.status === 'alive') program.notifyClosedAt ??= now
        return
      case 'exited':
        if (program.status !== 'alive') return
        program.status = 'gone'
        if (program.pid !== null) this.#byPid.delete(program.pid)
        this.ending.delete(program)
        return
      case 'cleared':
        this.#forget(program)
        return
      case 'stopCommandFailed':
        program.hasCommandFailed = true
    }
  }

  /** Notes what the core asked for, spawns excepted. @param hurries How often somebody has hurried so far. */
  noteEffect(
    effect: Effect,
    now: Milliseconds,
    policy: (watcher: string) => WatcherPolicy | undefined,
    hurries: number,
  ): void {
    if (effect.type === 'cancelSpawn') {
      const program = this.find(effect.process)
      if (program === undefined) return
      program.cancelledAt ??= now
      program.hurriesAtCancel = hurries
    } else if (effect.type === 'hook') {
      const program = effect.process === null ? undefined : this.find(effect.process.ref)
      if (program !== undefined) program.hook = 'pending'
    } else if (
      effect.type === 'killTree' ||
      effect.type === 'stopCommand' ||
      (effect.type === 'signal' && effect.purpose === 'stop')
    ) {
      const program = this.find(effect.process)
      if (program?.status !== 'alive') return
      if (effect.type === 'killTree') program.kills.push(now)
      else program.stopRequests += 1
      if (program.stopAt !== null) return
      program.stopAt = now
      program.graceMs = policy(effect.process.watcher)?.gracefulTimeoutMs ?? 0
      program.hurriesBefore = hurries
      this.ending.add(program)
    }
  }

  #forget(program: Program): void {
    this.#byWatcher.get(program.ref.watcher)?.delete(program.ref.id)
  }
}

const noPrograms: ReadonlyMap<number, Program> = new Map()

/** Whether nobody asked it to end, and it has not ended. */
export function isWanted(program: Program): boolean {
  return program.status !== 'gone' && program.stopAt === null && program.cancelledAt === null
}
