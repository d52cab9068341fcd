import type { Change } from '../../../supervisor/dist/core/event.js'
import type { Milliseconds, WatcherPolicy } from '../../../supervisor/dist/core/policy.js'
import type { Mood } from './behaviour.ts'
import { newDice, pick, type Dice } from './dice.ts'
import { randomPolicy } from './policies.ts'

/** What people, clients and the machine do to the daemon. */
export type Operation =
  | { readonly kind: 'start' | 'stop' | 'restart'; readonly watcher: string }
  | { readonly kind: 'reload'; readonly watcher: string; readonly sequential: boolean }
  | { readonly kind: 'resize'; readonly watcher: string; readonly change: Change }
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
  const operations: { at: Milliseconds; operation: Operation }[] = [
    { at: 0, operation: allOf('start', names, dice) },
  ]
  let at = 0
  while (operations.length < steps) {
    at += dice(1 + (gaps[dice(gaps.length)] ?? 0))
    const operation = randomOperation(dice, names, policies, mayQuit)
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
): Operation {
  const watcher = names[dice(names.length)] ?? 'a'
  switch (dice(26)) {
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
    default:
      return mayQuit ? { kind: 'quit' } : { kind: 'falseAlarm' }
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
