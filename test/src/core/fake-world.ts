import assert from 'node:assert/strict'
import { arbiterWakeTime, stepArbiter } from '../../../supervisor/dist/core/arbiter.js'
import {
  findWatcher,
  newArbiter,
  type Arbiter,
} from '../../../supervisor/dist/core/arbiter-state.js'
import type { Effect, ProcessRef } from '../../../supervisor/dist/core/effect.js'
import type { ArbiterEvent, Change, ProcessEvent } from '../../../supervisor/dist/core/event.js'
import type { JobOutcome } from '../../../supervisor/dist/core/job.js'
import type { GateHook, WatcherPolicy } from '../../../supervisor/dist/core/policy.js'
import type { Process } from '../../../supervisor/dist/core/process-state.js'
import type { Watcher } from '../../../supervisor/dist/core/watcher-state.js'

const SIGTERM = 15

export const defaultPolicy: WatcherPolicy = {
  name: 'web',
  numprocesses: 1,
  singleton: false,
  warmupDelayMs: 0,
  autostart: true,
  respawn: true,
  maxRetry: 5,
  backoff: { minMs: 1_000, maxMs: 60_000 },
  gracefulTimeoutMs: 30_000,
  stopSignal: SIGTERM,
  stopChildren: false,
  sendHup: false,
  priority: 0,
  ready: { kind: 'notify' },
  readyTimeoutMs: 60_000,
  reloadBatch: 1,
  maxSurge: null,
  hasSockets: true,
  maxAgeMs: 0,
  maxAgeVarianceMs: 0,
  onDemand: false,
  dependsOn: [],
  essential: false,
  flapping: null,
  gates: [],
  hasStopCommand: false,
}

/** How the fake system answers a spawn. */
type SpawnAnswer =
  | { readonly type: 'spawned' }
  /** Not yet: `answerSpawns` will. */
  | { readonly type: 'held' }
  | { readonly type: 'spawnFailed'; readonly reason: string; readonly permanent: boolean }
  /** The hook `before_spawn` says no. */
  | { readonly type: 'spawnRefused'; readonly reason: string }

/**
 * The world around the core: a clock that moves only when told to, and processes that do only what they are told.
 * Every state goes through JSON, so a state which cannot be written down fails every test.
 */
export class FakeWorld {
  arbiter: Arbiter = newArbiter()
  /** All effects so far, oldest first. */
  readonly effects: Effect[] = []
  now = 0
  chance = 0
  spawnAnswer: SpawnAnswer = { type: 'spawned' }
  /** Whether what a process has started ends with it; if not, `clearAll` ends it. */
  clearsAtOnce = true
  /** How hooks answer; `hold` leaves them to `answerHook`. */
  hookAnswer: 'allow' | 'refuse' | 'hold' = 'allow'
  readonly #held: Extract<Effect, { type: 'spawn' }>[] = []
  readonly #endedJobs = new Set<string>()
  readonly #uncleared: ProcessRef[] = []
  readonly #hooks: Extract<Effect, { type: 'hook' }>[] = []
  #nextPid = 1_000
  #nextJob = 1

  constructor(...policies: readonly Partial<WatcherPolicy>[]) {
    for (const policy of policies) {
      this.send({ type: 'addWatcher', policy: { ...defaultPolicy, ...policy }, request: null })
    }
  }

  send(event: ArbiterEvent): void {
    const step = stepArbiter(this.arbiter, event, { now: this.now, chance: this.chance })
    this.arbiter = JSON.parse(JSON.stringify(step.arbiter)) as Arbiter
    assert.deepEqual(this.arbiter, step.arbiter, 'the state is plain data')
    this.effects.push(...step.effects)
    for (const effect of step.effects) this.#answer(effect)
  }

  #answer(effect: Effect): void {
    if (effect.type === 'endJob') {
      assert.ok(!this.#endedJobs.has(effect.job), `job ${effect.job} ends once`)
      this.#endedJobs.add(effect.job)
    } else if (effect.type === 'spawn') {
      this.#spawn(effect)
    } else if (effect.type === 'sweep') {
      this.#uncleared.push(effect.process)
      if (this.clearsAtOnce) this.clearAll()
    } else if (effect.type === 'hook') {
      this.#hooks.push(effect)
      if (this.hookAnswer !== 'hold') this.answerHook(effect.hook, this.hookAnswer === 'allow')
    }
  }

  /** Everything that ended processes have left behind is gone. */
  clearAll(): void {
    for (const process of this.#uncleared.splice(0)) {
      this.send({ type: 'process', process, event: { type: 'cleared' } })
    }
  }

  /** The oldest call of the hook that was held ends. */
  answerHook(hook: GateHook, isAllowed: boolean): void {
    const index = this.#hooks.findIndex((one) => one.hook === hook)
    assert.ok(index >= 0, `nobody waits for ${hook}`)
    const [{ watcher, call, process }] = this.#hooks.splice(index, 1) as [
      Extract<Effect, { type: 'hook' }>,
    ]
    const answer = { type: 'hookEnded', isAllowed, reason: `hook ${hook} said no` } as const
    if (process === null) this.send({ ...answer, watcher, call })
    else this.send({ type: 'process', process: process.ref, event: answer })
  }

  /** Hooks that were called, oldest first, as long as they have not ended. */
  pendingHooks(): readonly GateHook[] {
    return this.#hooks.map(({ hook }) => hook)
  }

  #spawn(effect: Extract<Effect, { type: 'spawn' }>): void {
    const answer = this.spawnAnswer
    if (answer.type === 'held') {
      this.#held.push(effect)
      return
    }
    const event: ProcessEvent =
      answer.type === 'spawned'
        ? { type: 'spawned', pid: this.#nextPid++, startTime: this.now }
        : answer
    this.send({ type: 'process', process: effect.process, event })
  }

  /** Answers the spawns that were held so far, and all later ones at once. */
  answerSpawns(): void {
    this.spawnAnswer = { type: 'spawned' }
    for (const effect of this.#held.splice(0)) this.#spawn(effect)
  }

  /** Gives a command to one watcher. @returns the id of its job */
  command(kind: 'start' | 'stop' | 'restart' | 'reload', watcher = 'web'): string {
    const job = String(this.#nextJob++)
    const command =
      kind === 'reload' ? ({ kind, job, sequential: false } as const) : ({ kind, job } as const)
    this.send({ type: 'command', watcher, command })
    return job
  }

  resize(numprocesses: number, watcher = 'web'): string {
    return this.#resize({ to: numprocesses }, watcher)
  }

  /** Wants so many processes more, or fewer. */
  resizeBy(by: number, watcher = 'web'): string {
    return this.#resize({ by }, watcher)
  }

  #resize(change: Change, watcher: string): string {
    const job = String(this.#nextJob++)
    this.send({ type: 'command', watcher, command: { kind: 'resize', job, change } })
    return job
  }

  bulk(kind: 'start' | 'stop' | 'restart' | 'reload', warmupDelayMs = 0): string {
    const job = String(this.#nextJob++)
    const watchers = this.arbiter.watchers.map(({ policy }) => policy.name)
    const how = { warmupDelayMs, sequential: false, isExplicit: false }
    this.send({ type: 'bulk', command: { kind, job, watchers, ...how } })
    return job
  }

  /** Starts, stops or restarts the watchers that an operator has named. */
  bulkOf(kind: 'start' | 'stop' | 'restart', ...watchers: readonly string[]): string {
    const job = String(this.#nextJob++)
    const how = { warmupDelayMs: 0, sequential: false, isExplicit: true }
    this.send({ type: 'bulk', command: { kind, job, watchers, ...how } })
    return job
  }

  /** Asks for a restart of everything with the configuration as it is in the files now. */
  renew(): string {
    const job = String(this.#nextJob++)
    this.send({ type: 'renew', job })
    return job
  }

  /** The files have been read for the job. */
  filesRead(job: string, failure: string | null = null): void {
    this.send({ type: 'configurationRead', job, failure })
  }

  /** Sockets and streams have been changed for the job, or left as they were. */
  adopted(
    job: string,
    policies: readonly Partial<WatcherPolicy>[],
    failure: string | null = null,
  ): void {
    const adoption = {
      policies: policies.map((policy) => ({ ...defaultPolicy, ...policy })),
      warmupDelayMs: 0,
    }
    this.send({ type: 'configurationAdopted', job, adoption, failure })
  }

  /** A connection waits at a socket of the watcher. */
  connect(watcher = 'web'): void {
    this.send({ type: 'demand', watcher })
  }

  quit(): string {
    const job = String(this.#nextJob++)
    this.send({ type: 'quit', job })
    return job
  }

  /** Lets time pass and wakes the core whenever it asked to be woken. */
  advance(ms: number): void {
    const end = this.now + ms
    for (;;) {
      const wake = arbiterWakeTime(this.arbiter)
      if (wake === null || wake > end) break
      const before = this.arbiter
      this.now = Math.max(this.now, wake)
      this.send({ type: 'tick' })
      assert.notDeepEqual(this.arbiter, before, 'a tick that was asked for changes something')
    }
    this.now = end
  }

  happens(pid: number, event: ProcessEvent): void {
    for (const { policy, processes } of this.arbiter.watchers) {
      const process = processes.find((one) => one.pid === pid)
      if (process === undefined) continue
      this.send({ type: 'process', process: { watcher: policy.name, id: process.id }, event })
      return
    }
    assert.fail(`no process has pid ${pid}`)
  }

  ready(...pids: readonly number[]): void {
    for (const pid of pids) this.happens(pid, { type: 'ready' })
  }

  exit(pid: number, exitCode = 0): void {
    this.happens(pid, { type: 'exited', exitCode })
  }

  /** Everybody who waits for it becomes ready, until nobody is starting any more. */
  allReady(watcher = 'web'): void {
    for (;;) {
      const starting = this.pids(watcher, 'starting')
      if (starting.length === 0) return
      this.ready(...starting)
    }
  }

  /** Everybody who was told to stop ends. */
  allDrained(watcher = 'web'): void {
    for (const pid of this.pids(watcher, 'stopping')) this.exit(pid)
  }

  /** A watcher whose processes are all ready. */
  static up(...policies: readonly Partial<WatcherPolicy>[]): FakeWorld {
    const world = new FakeWorld(...policies)
    const names = world.arbiter.watchers.map(({ policy }) => policy.name)
    for (const name of names) {
      world.command('start', name)
      world.allReady(name)
    }
    // Whoever depends on somebody could begin only now.
    while (names.some((name) => world.pids(name, 'starting').length > 0)) {
      for (const name of names) world.allReady(name)
    }
    world.effects.length = 0
    return world
  }

  watcher(name = 'web'): Watcher {
    const watcher = findWatcher(this.arbiter, name)
    assert.ok(watcher)
    return watcher
  }

  processes(watcher = 'web'): readonly Process[] {
    return this.watcher(watcher).processes
  }

  /** Pids of the watcher's processes that exist, all or those in one status, oldest first. */
  pids(watcher = 'web', is?: Process['is']): readonly number[] {
    return this.processes(watcher)
      .filter((process) => (is === undefined ? process.is !== 'clearing' : process.is === is))
      .map(({ pid }) => pid ?? assert.fail('the process has no pid yet'))
  }

  outcome(job: string): JobOutcome | undefined {
    const end = this.effects.find((effect) => effect.type === 'endJob' && effect.job === job)
    return end?.type === 'endJob' ? end.outcome : undefined
  }

  /** The reason for which a job has failed. */
  failure(job: string): string {
    const outcome = this.outcome(job)
    assert.ok(outcome && !outcome.ok, `job ${job} has not failed`)
    return outcome.reason
  }

  /** What was announced, in words: `spawn 1000`, `reap 1000 -9`, `start web`; and `kill 1000`, which the shell adds. */
  announced(): readonly string[] {
    return this.effects.flatMap((effect) => {
      if (effect.type === 'signal' && effect.purpose === 'stop') return [`kill ${effect.pid}`]
      if (effect.type !== 'announce') return []
      const { announcement } = effect
      if (!('pid' in announcement)) return [`${announcement.name} ${announcement.watcher}`]
      const code = announcement.name === 'reap' ? ` ${announcement.exitCode}` : ''
      return [`${announcement.name} ${announcement.pid}${code}`]
    })
  }

  /** What was sent to processes, in words: `15 to 1000`, `KILL tree 1000`, `stop_command for 1000`. */
  signals(): readonly string[] {
    return this.effects.flatMap((effect) => {
      if (effect.type === 'stopCommand') return [`stop_command for ${effect.pid}`]
      if (effect.type === 'signal') return [`${effect.signal} to ${effect.pid}`]
      if (effect.type === 'killTree') return [`KILL tree ${effect.pid}`]
      return []
    })
  }

  /** Watchers for which a process was spawned, in the order of the spawns. */
  spawned(): readonly string[] {
    return this.effects.flatMap((effect) =>
      effect.type === 'spawn' ? [effect.process.watcher] : [],
    )
  }

  /** Hooks that were called, oldest first. */
  calledHooks(): readonly GateHook[] {
    return this.effects.flatMap((effect) => (effect.type === 'hook' ? [effect.hook] : []))
  }

  /** When connections began and ceased to matter, in words: `awaitDemand web`. */
  demands(): readonly string[] {
    return this.effects.flatMap((effect) =>
      effect.type === 'awaitDemand' || effect.type === 'ignoreDemand'
        ? [`${effect.type} ${effect.watcher}`]
        : [],
    )
  }

  /** What each watcher is, in the order of the starts: `web active`. */
  statuses(): readonly string[] {
    return this.arbiter.watchers.map(({ policy, is }) => `${policy.name} ${is}`)
  }

  /** The exit code with which the daemon has left, if it has. */
  exitCode(): number | undefined {
    const leave = this.effects.find(({ type }) => type === 'leave')
    return leave?.type === 'leave' ? leave.exitCode : undefined
  }

  logged(): readonly string[] {
    return this.effects.flatMap((effect) => (effect.type === 'log' ? [effect.message] : []))
  }
}
