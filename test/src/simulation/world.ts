import type { Arbiter } from '../../../supervisor/dist/core/arbiter-state.js'
import type { Effect } from '../../../supervisor/dist/core/effect.js'
import type { ArbiterEvent, ProcessEvent } from '../../../supervisor/dist/core/event.js'
import type { Milliseconds, WatcherPolicy } from '../../../supervisor/dist/core/policy.js'
import type { Watcher } from '../../../supervisor/dist/core/watcher-state.js'
import { Agenda } from './agenda.ts'
import { calm, randomBehaviour, type Behaviour, type Mood } from './behaviour.ts'
import type { Core } from './core.ts'
import { diceOf, fractionOf } from './dice.ts'
import type { Operation, Plan } from './operators.ts'
import { plainPolicy } from './policies.ts'
import { Programs, type Program } from './programs.ts'
import type { Change, Step } from './step.ts'
import { Violation } from './violation.ts'
import { HOOK_MS, LATE_MS, type OpenJob, type WorldView } from './world-view.ts'

/** More events in one instant than any history needs. */
const BUSY_INSTANT = 5_000

/**
 * The world around the core: a clock that jumps to the next thing that happens, programs with minds of their own, hooks,
 * connections, operators. Everything in it follows from the plan, and after every step the invariants are checked.
 */
export class World implements WorldView {
  readonly plan: Plan
  readonly programs = new Programs()
  readonly openJobs = new Map<string, OpenJob>()
  readonly gates = new Map<string, Extract<Effect, { type: 'hook' }>>()
  readonly awaited = new Set<string>()
  /** Watchers at whose sockets a connection waits. */
  readonly connections = new Set<string>()
  readonly hurries: Milliseconds[] = []
  arbiter: Arbiter
  now: Milliseconds = 0
  suspendedMs = 0
  resumedAt: Milliseconds = 0
  hasLeft = false
  /** From here on every new program is a good one, and hooks agree. */
  isCalm = false
  steps = 0
  /** Simulated time of watchers that were not stopped; sleep of the machine does not count. */
  watcherMs = 0
  readonly #core: Core
  readonly #agenda = new Agenda()
  readonly #moods = new Map<string, Mood>()
  readonly #renewals = new Map<string, Extract<Operation, { kind: 'renew' }>>()
  readonly #check: (step: Step) => void
  readonly #record: ((step: Step) => void) | null
  #jobs = 0
  #stepsOfInstant = 0
  #awake = 0

  /**
   * @param watch Gives what checks every step.
   * @param record Is told every step, before it is checked.
   */
  constructor(
    core: Core,
    plan: Plan,
    watch: (world: WorldView) => (step: Step) => void,
    record: ((step: Step) => void) | null,
  ) {
    this.#core = core
    this.#record = record
    this.plan = plan
    this.arbiter = core.newArbiter()
    this.#check = watch(this)
    for (const policy of plan.policies) this.send({ type: 'addWatcher', policy, request: null })
  }

  get wakeTime(): Milliseconds | null {
    return this.#core.arbiterWakeTime(this.arbiter)
  }

  watcher(name: string): Watcher | undefined {
    return this.arbiter.watchers.find(({ policy }) => policy.name === name)
  }

  /** One event goes into the core; the world answers what comes out. */
  send(event: ArbiterEvent): void {
    const before = this.arbiter
    const chance = fractionOf(this.plan.seed, 'chance', this.now)
    const { arbiter: after, effects } = this.#core.stepArbiter(before, event, {
      now: this.now,
      chance,
    })
    this.arbiter = after
    this.steps += 1
    this.#stepsOfInstant += 1
    if (this.#stepsOfInstant > BUSY_INSTANT) {
      throw new Violation('timePasses', `${BUSY_INSTANT} events within one instant`)
    }
    const changes = changesBetween(before, after)
    if (changes.length > 0) this.#awake = after.watchers.filter(({ is }) => is !== 'stopped').length
    const step = { event, before, after, effects, now: this.now, chance, changes }
    this.#note(step)
    this.#record?.(step)
    this.#check(step)
    for (const effect of effects) this.#answer(effect)
    for (const { name, after: watcher } of changes) {
      if (watcher?.processes.some(({ is }) => is === 'ready')) this.connections.delete(name)
    }
  }

  #note({ event, effects, before, after, chance }: Step): void {
    const isHurry = before.is === 'stopping'
    this.programs.noteEvent(event, this.now)
    if (event.type === 'command' && event.command.kind === 'change') {
      for (const program of this.programs.of(event.watcher).values()) program.isOutdated = true
    }
    const policyOf = (name: string): WatcherPolicy | undefined =>
      after.watchers.find(({ policy }) => policy.name === name)?.policy
    for (const effect of effects) {
      if (effect.type === 'spawn') {
        const old = before.watchers.find(({ policy }) => policy.name === effect.process.watcher)
        this.programs.ask(effect, this.now, chance, this.#behaviourOf(effect), old)
      } else if (effect.type === 'hook' && effect.process === null) {
        this.gates.set(effect.watcher, effect)
      } else if (effect.type === 'awaitDemand') {
        this.awaited.add(effect.watcher)
      } else if (effect.type === 'ignoreDemand') {
        this.awaited.delete(effect.watcher)
      } else {
        const hurries = this.hurries.length - (event.type === 'quit' && isHurry ? 1 : 0)
        const command = event.type === 'command' ? event.command : null
        this.programs.noteEffect(effect, this.now, policyOf, hurries, command)
      }
    }
  }

  #behaviourOf({ process: { watcher, id } }: Extract<Effect, { type: 'spawn' }>): Behaviour {
    if (this.isCalm) return calm
    return randomBehaviour(diceOf(this.plan.seed, watcher, id), this.#moods.get(watcher) ?? 'mixed')
  }

  /** Lets time pass until then, or until the daemon has left. */
  run(until: Milliseconds): void {
    while (!this.hasLeft) {
      const wake = this.wakeTime
      const alarm = wake === null ? Infinity : Math.max(this.now, wake + this.#lateness(wake))
      const next = this.#agenda.nextTime()
      if (Math.min(alarm, next) > until) break
      this.#passTo(Math.min(alarm, next))
      if (alarm < next) this.send({ type: 'tick' })
      else this.#agenda.take()()
    }
    this.#passTo(until)
  }

  #passTo(time: Milliseconds): void {
    if (time <= this.now) return
    this.watcherMs += this.#awake * (time - this.now)
    this.now = time
    this.#stepsOfInstant = 0
  }

  #lateness(wake: Milliseconds): Milliseconds {
    const fraction = fractionOf(this.plan.seed, 'late', wake)
    return fraction < 0.8 ? 0 : (fraction - 0.8) * 5 * LATE_MS
  }

  #after(ms: Milliseconds, act: () => void): void {
    this.#agenda.add(this.now + ms, act)
  }

  #answer(effect: Effect): void {
    switch (effect.type) {
      case 'spawn':
        this.#spawn(effect)
        return
      case 'cancelSpawn':
        this.#cancel(effect)
        return
      case 'signal':
      case 'stopCommand':
      case 'killTree':
        this.#askToEnd(effect)
        return
      case 'sweep':
        this.#sweep(effect)
        return
      case 'hook':
        this.#callHook(effect)
        return
      case 'awaitDemand':
        if (this.connections.has(effect.watcher)) this.#tellDemand(effect.watcher)
        return
      case 'readConfiguration':
        this.#after(diceOf(this.plan.seed, effect.job, 1)(200), () => this.#tellRead(effect.job))
        return
      case 'adoptConfiguration':
        this.#after(diceOf(this.plan.seed, effect.job, 2)(900), () => this.#tellAdopted(effect.job))
        return
      case 'endJob':
        this.openJobs.delete(effect.job)
        return
      case 'leave':
        this.hasLeft = true
        return
      case 'forget':
        this.gates.delete(effect.watcher)
        this.connections.delete(effect.watcher)
        return
      case 'release':
      case 'ignoreDemand':
      case 'unwatch':
      case 'announce':
      case 'log':
    }
  }

  #tell(program: Program, event: ProcessEvent): void {
    this.send({ type: 'process', process: program.ref, event })
  }

  #spawn(effect: Extract<Effect, { type: 'spawn' }>): void {
    const program = this.programs.find(effect.process)
    if (program === undefined) return
    const { behaviour } = program
    this.#after(behaviour.spawnDelayMs, () => {
      const isWaiting = program.isReleased || this.programs.find(program.ref) === program
      if (program.status !== 'asked' || !isWaiting) return
      switch (behaviour.spawn) {
        case 'spawned': {
          this.#tell(program, {
            type: 'spawned',
            pid: this.programs.freePid(),
            startTime: this.now,
          })
          this.#live(program)
          return
        }
        case 'refused':
          this.#tell(program, { type: 'spawnRefused', reason: 'before_spawn said no' })
          return
        case 'fails':
        case 'failsForGood': {
          const permanent = behaviour.spawn === 'failsForGood'
          this.#tell(program, { type: 'spawnFailed', reason: 'no such program', permanent })
        }
      }
    })
  }

  /** A spawn that is not wanted any more is left out, unless it is too late for that. */
  #cancel({ process }: Extract<Effect, { type: 'cancelSpawn' }>): void {
    const program = this.programs.find(process)
    if (program === undefined || program.wid % 2 === 0) return
    this.#after(0, () => {
      if (program.status !== 'asked' || this.programs.find(process) !== program) return
      this.#tell(program, { type: 'spawnRefused', reason: 'not wanted any more' })
    })
  }

  #live(program: Program): void {
    const { behaviour } = program
    const { speaks, readyAfterMs, closesNotifyAfterMs, livesMs, exitCode } = behaviour
    const later = (ms: Milliseconds, type: 'notified' | 'ready' | 'notifyClosed'): void =>
      this.#after(ms, () => {
        // Nobody writes to a pipe that he has closed.
        const isMute = type === 'notified' && program.notifyClosedAt !== null
        if (program.status === 'alive' && !program.isReleased && !isMute)
          this.#tell(program, { type })
      })
    if (speaks) later((readyAfterMs ?? 100) / 3, 'notified')
    if (readyAfterMs !== null) later(readyAfterMs, 'ready')
    if (closesNotifyAfterMs !== null) later(closesNotifyAfterMs, 'notifyClosed')
    if (livesMs !== null) this.#after(livesMs, () => this.#exit(program, exitCode))
  }

  #exit(program: Program, exitCode: number): void {
    if (program.status !== 'alive') return
    if (program.isReleased) {
      this.programs.noteLonelyEnd(program)
      return
    }
    const { isToldTwice } = program.behaviour
    // The pipe of a program that dies is closed too, and either may be seen first.
    if (isToldTwice) this.#tell(program, { type: 'notifyClosed' })
    this.#tell(program, { type: 'exited', exitCode })
    if (!isToldTwice) return
    this.#tell(program, { type: 'exited', exitCode })
    this.#after(1, () => this.#tell(program, { type: 'ready' }))
  }

  #askToEnd(effect: Extract<Effect, { type: 'signal' | 'stopCommand' | 'killTree' }>): void {
    const program = this.programs.find(effect.process)
    if (program === undefined) return
    const { endsAfterMs, endsAfterKillMs, stopCommand, diesOfHangUp } = program.behaviour
    const isMissed =
      effect.type === 'signal' && effect.to !== 'process' && effect.purpose === 'command'
    const isKill = effect.type === 'signal' && effect.signal === SIGKILL && !isMissed
    if (effect.type === 'killTree' || isKill) {
      this.#after(endsAfterKillMs, () => this.#exit(program, -SIGKILL))
    } else if (effect.type === 'signal' && effect.purpose === 'hangup') {
      if (diesOfHangUp) this.#after(1, () => this.#exit(program, -effect.signal))
    } else if (effect.type === 'signal' && effect.purpose === 'command') {
      const isFatal = effect.signal === SIGTERM || diesOfHangUp
      const reachesIt = effect.to === 'process' || effect.to === 'tree'
      if (isFatal && reachesIt) this.#after(1, () => this.#exit(program, -effect.signal))
    } else if (effect.type === 'stopCommand' && stopCommand === 'fails') {
      const event = { type: 'stopCommandFailed', reason: 'it says so' } as const
      this.#after(30, () => this.#tell(program, event))
    } else if (effect.type === 'signal' || stopCommand === 'works') {
      if (endsAfterMs !== null) this.#after(endsAfterMs, () => this.#exit(program, 0))
    }
  }

  #sweep({ process }: Extract<Effect, { type: 'sweep' }>): void {
    const program = this.programs.find(process)
    if (program === undefined) return
    this.#after(program.behaviour.clearsAfterMs, () => this.#tell(program, { type: 'cleared' }))
  }

  #callHook(effect: Extract<Effect, { type: 'hook' }>): void {
    const dice = diceOf(this.plan.seed, effect.watcher + effect.hook, effect.call)
    const isHanging = !this.isCalm && dice(8) === 0
    const isAllowed = this.isCalm || (!isHanging && dice(6) > 0)
    const reason = `${effect.hook} said no`
    this.#after(isHanging ? HOOK_MS : dice(300), () => {
      const answer = { type: 'hookEnded', isAllowed, reason } as const
      if (effect.process !== null) {
        this.send({ type: 'process', process: effect.process.ref, event: answer })
        return
      }
      const { watcher, call } = effect
      if (this.gates.get(watcher) === effect) this.gates.delete(watcher)
      this.send({ ...answer, watcher, call })
    })
  }

  #tellDemand(watcher: string): void {
    this.#after(diceOf(this.plan.seed, watcher, this.now)(6), () => {
      this.awaited.delete(watcher)
      this.send({ type: 'demand', watcher })
    })
  }

  #tellRead(job: string): void {
    const fails = this.#renewals.get(job)?.fails === 'reading'
    this.send({ type: 'configurationRead', job, failure: fails ? 'circus.ini:3: no' : null })
  }

  #tellAdopted(job: string): void {
    const renewal = this.#renewals.get(job)
    const fails = renewal?.fails === 'adopting'
    // What ran before is what runs again: with what was added, and as it was changed.
    const before = this.arbiter.watchers.map(({ policy }) => policy)
    const policies = fails || renewal === undefined ? before : renewal.policies
    this.send({
      type: 'configurationAdopted',
      job,
      adoption: { policies, warmupDelayMs: 50 },
      failure: fails ? 'address in use' : null,
    })
  }

  /** An operator, a client or the machine does something. */
  perform(operation: Operation): void {
    switch (operation.kind) {
      case 'start':
      case 'stop':
      case 'restart':
      case 'reload':
      case 'resize':
      case 'remove':
        this.#command(operation)
        return
      case 'kill':
      case 'signal':
        this.#commandOnProcesses(operation)
        return
      case 'change':
        this.#change(operation)
        return
      case 'add': {
        const { policy, start } = operation
        const job = this.#newJob(operation)
        this.send({ type: 'addWatcher', policy, request: { job, start } })
        return
      }
      case 'cancel': {
        const target = this.#nthJob(operation.nth) ?? 'j0'
        this.send({ type: 'cancel', job: this.#newJob(operation), target })
        return
      }
      case 'bulk': {
        const { what: kind, kind: _, ...how } = operation
        this.send({ type: 'bulk', command: { kind, job: this.#newJob(operation), ...how } })
        return
      }
      case 'renew': {
        const job = this.#newJob(operation)
        this.#renewals.set(job, operation)
        this.send({ type: 'renew', job })
        return
      }
      case 'connect':
        this.connections.add(operation.watcher)
        // It may be told though nobody has asked for it: what was on its way arrives.
        if (this.awaited.has(operation.watcher) || this.plan.seed % 3 === 0) {
          this.#tellDemand(operation.watcher)
        }
        return
      case 'release':
        this.#moods.set(operation.watcher, operation.mood)
        return
      case 'crash': {
        const victim = this.#nthAlive(operation.watcher, operation.nth)
        if (victim !== undefined) this.#exit(victim, operation.exitCode)
        return
      }
      case 'suspend':
        this.now += operation.ms
        this.suspendedMs += operation.ms
        this.resumedAt = this.now
        return
      case 'falseAlarm':
        this.send({ type: 'tick' })
        return
      case 'quit':
        if (this.arbiter.is === 'stopping') this.hurries.push(this.now)
        this.send({ type: 'quit', job: this.#newJob(operation) })
    }
  }

  #command(
    operation: Extract<
      Operation,
      { kind: 'start' | 'stop' | 'restart' | 'reload' | 'resize' | 'remove' }
    >,
  ): void {
    const { watcher, ...command } = operation
    this.send({ type: 'command', watcher, command: { ...command, job: this.#newJob(operation) } })
  }

  #commandOnProcesses(operation: Extract<Operation, { kind: 'kill' | 'signal' }>): void {
    const { watcher, nth, ...command } = operation
    // Somebody may name a process that is not there.
    const pid = nth === null ? null : (this.#nthAlive(watcher, nth)?.pid ?? 1)
    const job = this.#newJob(operation)
    this.send({ type: 'command', watcher, command: { ...command, pid, job } })
  }

  #nthAlive(watcher: string, nth: number): Program | undefined {
    const programs = [...this.programs.of(watcher).values()]
    const alive = programs.filter(({ status }) => status === 'alive')
    return alive[nth % Math.max(1, alive.length)]
  }

  #nthJob(nth: number | null): string | undefined {
    if (nth === null) return undefined
    const jobs = [...this.openJobs.keys()]
    for (const { running, queue } of this.arbiter.watchers) {
      const own = running === null ? queue : [running.job, ...queue]
      for (const { id } of own) if (id.includes('/')) jobs.push(id)
    }
    return jobs[nth % Math.max(1, jobs.length)]
  }

  #change(operation: Extract<Operation, { kind: 'change' }>): void {
    const { watcher, options, reloads } = operation
    const old = this.watcher(watcher)?.policy
    const changed = { ...plainPolicy, ...old, ...options }
    const { singleton, numprocesses } = changed
    // Who changes options may spell the name otherwise.
    const policy: WatcherPolicy = {
      ...changed,
      name: watcher.toUpperCase(),
      numprocesses: singleton ? Math.min(1, numprocesses) : numprocesses,
    }
    const job = this.#newJob(operation)
    const keys = Object.keys(options)
    this.send({
      type: 'command',
      watcher,
      command: { kind: 'change', job, policy, keys, reloads },
    })
  }

  #newJob(operation: Operation): string {
    this.#jobs += 1
    const job = `j${this.#jobs}`
    this.openJobs.set(job, { operation, since: this.now, suspendedMs: this.suspendedMs })
    return job
  }
}

const SIGKILL = 9
const SIGTERM = 15

function changesBetween(before: Arbiter, after: Arbiter): readonly Change[] {
  if (before.watchers === after.watchers) return []
  const changes: Change[] = []
  for (const [index, watcher] of after.watchers.entries()) {
    const { name } = watcher.policy
    const atIndex = before.watchers[index]
    const old =
      atIndex?.policy.name === name
        ? atIndex
        : before.watchers.find(({ policy }) => policy.name === name)
    if (old !== watcher) changes.push({ name, before: old, after: watcher })
  }
  for (const old of before.watchers) {
    const { name } = old.policy
    if (!after.watchers.some(({ policy }) => policy.name === name)) {
      changes.push({ name, before: old, after: undefined })
    }
  }
  return changes
}
