import type { Change } from '../../../supervisor/dist/core/event.js'
import type { Milliseconds, WatcherPolicy } from '../../../supervisor/dist/core/policy.js'
import type { SignalTarget } from '../../../supervisor/dist/core/signal-target.js'
import type { Mood } from './behaviour.ts'
import { newDice, pick, type Dice } from './dice.ts'
import { randomChange, randomPolicy } from './policies.ts'

/** What people, clients and the machine do to the daemon. */
export type Operation =
  | { readonly kind: 'start' | 'stop' | 'restart'; readonly watcher: string }
  | { readonly kind: 'reload'; readonly watcher: string; readonly sequential: boolean }
  | { readonly kind: 'resize'; readonly watcher: string; readonly change: Change }
  | {
      readonly kind: 'kill'
      readonly watcher: string
      /** Of the processes alive, wrapped around; null: all. */
      readonly nth: number | null
      readonly signal: number | null
      readonly gracefulTimeoutMs: Milliseconds | null
    }
  | {
      readonly kind: 'signal'
      readonly watcher: string
      readonly nth: number | null
      readonly signal: number
      readonly to: SignalTarget
    }
  /** The watcher has other values of these options from now on. */
  | {
      readonly kind: 'change'
      readonly watcher: string
      readonly options: Partial<WatcherPolicy>
      readonly reloads: boolean
    }
  | { readonly kind: 'remove'; readonly watcher: string; readonly leavesProcesses: boolean }
  | { readonly kind: 'add'; readonly policy: WatcherPolicy; readonly start: boolean }
  /** `nth` of the jobs and parts of jobs that have not ended, wrapped around; null: a job that is not there. */
  | { readonly kind: 'cancel'; readonly nth: number | null }
  | {
      readonly kind: 'bulk'
      readonly what: 'start' | 'stop' | 'restart' | 'reload'
      readonly watchers: readonly string[]
      readonly warmupDelayMs: Milliseconds
      readonly sequential: boolean
      readonly isExplicit: boolean
    }
  | {
      readonly kind: 'renew'
      readonly policies: readonly WatcherPolicy[]
      readonly fails: 'never' | 'reading' | 'adopting'
    }
  /** A connection comes to a socket of the watcher, and waits until somebody serves it. */
  | { readonly kind: 'connect'; readonly watcher: string }
  /** From now on the watcher's new processes are so. */
  | { readonly kind: 'release'; readonly watcher: string; readonly mood: Mood }
  /** One of the watcher's processes dies, or is killed by somebody else. `nth` of those alive, wrapped around. */
  | {
      readonly kind: 'crash'
      readonly watcher: string
      readonly nth: number
      readonly exitCode: number
    }
  /** The machine sleeps: the clock jumps. */
  | { readonly kind: 'suspend'; readonly ms: Milliseconds }
  /** The shell's alarm goes off though nothing is due. */
  | { readonly kind: 'falseAlarm' }
  | { readonly kind: 'quit' }

/** One history to be: all that does not follow from the rules of the world. */
export interface Plan {
  readonly seed: number
  readonly policies: readonly WatcherPolicy[]
  readonly operations: readonly { readonly at: Milliseconds; readonly operation: Operation }[]
}

/** How much time passes between two operations: from races within a millisecond to hours of peace. */
const tempi = [
  [0, 1, 10, 100, 1_000],
  [0, 10, 300, 3_000, 20_000, 90_000],
  [0, 100, 3_000, 60_000, 900_000, 3_600_000],
] as const

/** @param steps Operations of the history. */
export function randomPlan(seed: number, steps: number): Plan {
  const dice = newDice(seed)
  const names = ['a', 'b', 'c', 'd'].slice(0, 1 + dice(4))
  const policies = names.map((name) => randomPolicy(dice, name, names))
  const gaps = pick<readonly Milliseconds[]>(dice, tempi)
  const mayQuit = dice(4) === 0
  /** Whether somebody adds, changes, removes, kills and cancels. */
  const isAdministered = dice(2) === 0
  const operations: { at: Milliseconds; operation: Operation }[] = [
    { at: 0, operation: allOf('start', names, dice) },
  ]
  let at = 0
  while (operations.length < steps) {
    at += dice(1 + (gaps[dice(gaps.length)] ?? 0))
    const operation = randomOperation(dice, names, policies, mayQuit, isAdministered)
    operations.push({ at, operation })
    // Whoever wants to leave gets impatient.
    for (let again = dice(3); operation.kind === 'quit' && again > 0; again -= 1) {
      at += dice(4_000)
      operations.push({ at, operation })
    }
  }
  return { seed, policies, operations }
}

function allOf(
  what: 'start' | 'stop' | 'restart' | 'reload',
  watchers: readonly string[],
  dice: Dice,
): Operation {
  return {
    kind: 'bulk',
    what,
    watchers,
    warmupDelayMs: pick(dice, [0, 0, 100, 1_000]),
    sequential: dice(4) === 0,
    isExplicit: dice(3) === 0,
  }
}

function randomOperation(
  dice: Dice,
  names: readonly string[],
  policies: readonly WatcherPolicy[],
  mayQuit: boolean,
  isAdministered: boolean,
): Operation {
  const watcher = names[dice(names.length)] ?? 'a'
  switch (dice(isAdministered ? 36 : 26)) {
    case 0:
    case 1:
      return { kind: 'start', watcher }
    case 2:
    case 3:
      return { kind: 'stop', watcher }
    case 4:
    case 5:
      return { kind: 'restart', watcher }
    case 6:
    case 7:
    case 8:
    case 9:
      return { kind: 'reload', watcher, sequential: dice(4) === 0 }
    case 10:
    case 11:
      return { kind: 'resize', watcher, change: dice(2) ? { to: dice(5) } : { by: dice(5) - 2 } }
    case 12:
    case 13:
    case 14: {
      const some = names.filter(() => dice(3) > 0)
      return allOf(pick(dice, ['start', 'stop', 'restart', 'reload']), some, dice)
    }
    case 15:
      return dice(2) === 0 ? randomRenewal(dice, names, policies) : { kind: 'connect', watcher }
    case 16:
    case 17:
      return { kind: 'connect', watcher }
    case 18:
    case 19:
      return { kind: 'release', watcher, mood: pick(dice, ['good', 'good', 'mixed', 'bad']) }
    case 20:
    case 21:
    case 22:
      return { kind: 'crash', watcher, nth: dice(4), exitCode: pick(dice, [0, 1, -9]) }
    case 23:
      return { kind: 'suspend', ms: dice(pick(dice, [1_000, 600_000, 86_400_000 * 3])) }
    case 24:
      return { kind: 'falseAlarm' }
    case 25:
      return mayQuit ? { kind: 'quit' } : { kind: 'falseAlarm' }
    case 26:
    case 27:
      return randomKill(dice, watcher)
    case 28:
      return randomSignal(dice, watcher)
    case 29:
    case 30:
      return {
        kind: 'change',
        watcher,
        options: randomChange(dice, watcher, names),
        reloads: dice(2) === 0,
      }
    case 31:
      return { kind: 'remove', watcher, leavesProcesses: dice(3) === 0 }
    case 32:
    case 33: {
      const name = pick(dice, [watcher, watcher, watcher, watcher.toUpperCase(), 'e'])
      return { kind: 'add', policy: randomPolicy(dice, name, names), start: dice(4) > 0 }
    }
    default:
      return { kind: 'cancel', nth: dice(12) === 0 ? null : dice(8) }
  }
}

function randomKill(dice: Dice, watcher: string): Operation {
  return {
    kind: 'kill',
    watcher,
    nth: dice(3) === 0 ? null : dice(4),
    signal: pick(dice, [null, null, 15, 2, 9]),
    gracefulTimeoutMs: pick(dice, [null, null, 0, 1_000, 30_000]),
  }
}

function randomSignal(dice: Dice, watcher: string): Operation {
  return {
    kind: 'signal',
    watcher,
    nth: dice(3) === 0 ? null : dice(4),
    signal: pick(dice, [1, 9, 10, 15]),
    to: pick<SignalTarget>(dice, ['process', 'process', 'children', 'tree', { childPid: 7 }]),
  }
}

function randomRenewal(
  dice: Dice,
  names: readonly string[],
  policies: readonly WatcherPolicy[],
): Operation {
  const kept = policies.filter(() => dice(5) > 0)
  const changed = kept.map((policy) =>
    dice(2) === 0 ? policy : randomPolicy(dice, policy.name, names),
  )
  const added = dice(3) === 0 ? [randomPolicy(dice, 'e', names)] : []
  const fails = pick<'never' | 'reading' | 'adopting'>(dice, [
    'never',
    'never',
    'reading',
    'adopting',
  ])
  return { kind: 'renew', policies: [...changed, ...added], fails }
}
