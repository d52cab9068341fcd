import { LATE_TREE_MS } from './behaviour.ts'
import type { Core } from './core.ts'
import type { Plan } from './operators.ts'
import { watchInvariants } from './invariants.ts'
import type { Step } from './step.ts'
import { Violation } from './violation.ts'
import { World } from './world.ts'

/** What one history was. */
export interface Ending {
  /** null if every invariant held. */
  readonly violation: Violation | null
  readonly steps: number
  readonly watcherMs: number
}

/** No history needs longer to come to rest when everybody behaves. */
const REST_MS = 3_600_000
/** Nor to leave. */
const LEAVE_MS = 600_000
/** A history with more events than this is ended, so that no seed takes all the time. */
const MAX_STEPS = 40_000

/** Lives through the plan, then lets everybody behave, and ends everything. The same plan is the same history. */
export function live(core: Core, plan: Plan, record: ((step: Step) => void) | null = null): Ending {
  let world: World | null = null
  const count = { steps: 0, watcherMs: 0 }
  try {
    world = new World(core, plan, watchInvariants, record)
    passThrough(world)
    comeToRest(world)
    leave(world)
  } catch (error) {
    return { ...count, ...tally(world), violation: asViolation(error) }
  }
  return { ...count, ...tally(world), violation: null }
}

function tally(world: World | null): { readonly steps: number; readonly watcherMs: number } {
  return { steps: world?.steps ?? 0, watcherMs: world?.watcherMs ?? 0 }
}

function asViolation(error: unknown): Violation {
  if (error instanceof Violation) return error
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new Violation('coreNeverThrows', text, { cause: error })
}

function passThrough(world: World): void {
  for (const { at, operation } of world.plan.operations) {
    world.run(Math.max(world.now, at + world.suspendedMs))
    if (world.hasLeft || world.steps > MAX_STEPS) return
    world.perform(operation)
  }
}

/** Programs behave and nobody asks for anything: every job ends, and what is wanted runs. */
function comeToRest(world: World): void {
  world.isCalm = true
  const end = world.now + REST_MS
  world.run(world.now + LATE_TREE_MS)
  while (!world.hasLeft) {
    const restless = whatIsRestless(world)
    if (restless === null) return
    if (world.now >= end) throw new Violation('everythingComesToRest', restless)
    world.run(world.now + 997)
  }
}

function whatIsRestless(world: World): string | null {
  if (world.arbiter.is !== 'running') return 'the daemon is stopping'
  const [job] = world.openJobs
  if (job !== undefined) return `job ${job[0]} (${job[1].operation.kind}) has not ended`
  if (world.arbiter.renewal !== null) return 'the daemon is restarting'
  for (const { policy, is, want, slots, processes, running } of world.arbiter.watchers) {
    if (running !== null) return `${policy.name} has a job`
    if (is === 'stopped') {
      const isServed = want === 'down' || !world.connections.has(policy.name)
      if (isServed) continue
      return `a connection waits for ${policy.name}, which sleeps`
    }
    if (is !== 'active') return `${policy.name} is ${is}`
    const idle = slots.find(
      (slot) =>
        slot.is === 'open' &&
        !processes.some((one) => one.wid === slot.wid && one.is === 'ready' && one.want === 'up'),
    )
    if (idle !== undefined) return `${policy.name}: slot ${idle.wid} serves nobody`
  }
  return null
}

/** Everybody is stopped, in one of two ways, and the daemon leaves. */
function leave(world: World): void {
  if (!world.hasLeft && world.plan.seed % 2 === 0) {
    const watchers = world.arbiter.watchers.map(({ policy }) => policy.name)
    const how = { warmupDelayMs: 0, sequential: false, isExplicit: false }
    world.perform({ kind: 'bulk', what: 'stop', watchers, ...how })
    world.run(world.now + LEAVE_MS)
    const left = world.arbiter.watchers.find(({ is, want }) => is !== 'stopped' || want !== 'down')
    if (left !== undefined && !world.hasLeft) {
      throw new Violation(
        'stopOfAllStops',
        `${left.policy.name} is ${left.is}, wanted ${left.want}`,
      )
    }
  }
  if (!world.hasLeft) world.perform({ kind: 'quit' })
  world.run(world.now + LEAVE_MS)
  if (!world.hasLeft) throw new Violation('quitEnds', 'the daemon does not leave')
  const [job] = world.openJobs
  if (job !== undefined) throw new Violation('everyJobEnds', `job ${job[0]} has not ended`)
  lookBack(world)
}

/** What comes too late finds nobody. */
function lookBack(world: World): void {
  const [name = 'a'] = world.plan.policies.map((policy) => policy.name)
  world.send({ type: 'tick' })
  world.send({ type: 'demand', watcher: name })
  world.perform({ kind: 'start', watcher: name })
  if (world.openJobs.size > 0) throw new Violation('everyJobEnds', 'a late command is not answered')
  if (world.wakeTime !== null) throw new Violation('quittingLeaves', 'the alarm is still set')
}
