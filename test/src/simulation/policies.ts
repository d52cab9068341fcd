import type {
  Dependency,
  Flapping,
  GateHook,
  Readiness,
  WatcherPolicy,
} from '../../../supervisor/dist/core/policy.js'
import { pick, type Dice } from './dice.ts'

/** The dullest watcher there is: what a history is reduced to where nothing else is needed to fail. */
export const plainPolicy: WatcherPolicy = {
  name: 'a',
  numprocesses: 1,
  singleton: false,
  warmupDelayMs: 0,
  autostart: true,
  respawn: true,
  maxRetry: 5,
  backoff: { minMs: 1_000, maxMs: 60_000 },
  gracefulTimeoutMs: 5_000,
  stopSignal: 15,
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

/** @param names Of all watchers of the world, for dependencies; circles and missing ones included. */
export function randomPolicy(dice: Dice, name: string, names: readonly string[]): WatcherPolicy {
  const singleton = dice(6) === 0
  return {
    name,
    numprocesses: singleton ? Math.min(1, dice(8)) : pick(dice, [0, 1, 1, 2, 2, 3, 4]),
    singleton,
    warmupDelayMs: pick(dice, [0, 0, 0, 50, 700]),
    autostart: dice(6) > 0,
    respawn: dice(6) > 0,
    maxRetry: pick(dice, [-1, 0, 1, 2, 3, 5]),
    backoff: pick(dice, [
      { minMs: 1_000, maxMs: 60_000 },
      { minMs: 100, maxMs: 1_500 },
      { minMs: 500, maxMs: 500 },
    ]),
    gracefulTimeoutMs: pick(dice, [0, 1_000, 5_000, 30_000]),
    stopSignal: pick(dice, [15, 15, 15, 2, 3, 9]),
    stopChildren: dice(4) === 0,
    sendHup: dice(9) === 0,
    priority: dice(3),
    ready: randomReadiness(dice),
    readyTimeoutMs: pick(dice, [1_000, 3_000, 60_000]),
    reloadBatch: 1 + dice(3),
    maxSurge: pick(dice, [null, null, 1, 2, 4]),
    hasSockets: dice(2) === 0,
    maxAgeMs: pick(dice, [0, 0, 0, 0, 5_000, 60_000, 3_600_000]),
    maxAgeVarianceMs: pick(dice, [0, 1_000, 30_000]),
    onDemand: dice(6) === 0,
    dependsOn: dice(3) === 0 ? randomDependencies(dice, names) : [],
    essential: dice(8) === 0,
    flapping: dice(3) === 0 ? randomFlapping(dice) : null,
    gates: (['before_start', 'after_start', 'after_spawn', 'before_stop'] as const).filter(
      (_hook: GateHook) => dice(6) === 0,
    ),
    hasStopCommand: dice(6) === 0,
  }
}

/** Other values of one to three options: what somebody sets while the watcher exists. */
export function randomChange(
  dice: Dice,
  name: string,
  names: readonly string[],
): Partial<WatcherPolicy> {
  const other = randomPolicy(dice, name, names)
  const options = Object.keys(other).filter((option) => !FIXED.includes(option))
  const chosen = Array.from({ length: 1 + dice(3) }, () => options[dice(options.length)] ?? '')
  return Object.fromEntries(Object.entries(other).filter(([option]) => chosen.includes(option)))
}

/** Options that no command changes. */
const FIXED: readonly string[] = ['name']

function randomReadiness(dice: Dice): Readiness {
  return pick<Readiness>(dice, [
    { kind: 'auto' },
    { kind: 'auto' },
    { kind: 'notify' },
    { kind: 'notify' },
    { kind: 'listen' },
    { kind: 'delay', delayMs: pick(dice, [300, 3_000]) },
    { kind: 'none' },
  ])
}

function randomFlapping(dice: Dice): Flapping {
  return {
    attempts: 1 + dice(3),
    windowMs: pick(dice, [1_000, 5_000]),
    retryInMs: pick(dice, [500, 7_000]),
    maxRetry: dice(5) - 1,
  }
}

function randomDependencies(dice: Dice, names: readonly string[]): readonly Dependency[] {
  return [...names, 'nobody']
    .filter(() => dice(3) === 0)
    .map((watcher) => ({ watcher, until: pick(dice, ['started', 'ready']) }))
}
