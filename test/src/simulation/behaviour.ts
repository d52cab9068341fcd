import type { Milliseconds } from '../../../supervisor/dist/core/policy.js'
import { pick, type Dice } from './dice.ts'

/** What one process of a program will do. Spans of time count from its spawn unless they say otherwise. */
export interface Behaviour {
  readonly kind: BehaviourKind
  /** How the system answers the spawn, and how long it takes. */
  readonly spawn: 'spawned' | 'fails' | 'failsForGood' | 'refused'
  readonly spawnDelayMs: Milliseconds
  /** null: never. */
  readonly readyAfterMs: Milliseconds | null
  /** It writes something else to its notify pipe first. */
  readonly speaks: boolean
  readonly closesNotifyAfterMs: Milliseconds | null
  /** null: until somebody ends it. */
  readonly livesMs: Milliseconds | null
  readonly exitCode: number
  /** From the stop signal; null: it ignores that. */
  readonly endsAfterMs: Milliseconds | null
  /** From SIGKILL: one in uninterruptible sleep takes its time. */
  readonly endsAfterKillMs: Milliseconds
  /** From its exit until nobody of its tree is left. */
  readonly clearsAfterMs: Milliseconds
  readonly stopCommand: 'works' | 'fails' | 'doesNothing'
  /** Its exit is told twice, and a late sign of readiness follows. */
  readonly isToldTwice: boolean
  readonly diesOfHangUp: boolean
}

export type BehaviourKind =
  | 'normal'
  | 'crashLoop'
  | 'finishes'
  | 'slowStart'
  | 'neverReady'
  | 'exitsEarly'
  | 'speaker'
  | 'closesNotify'
  | 'termImmune'
  | 'stuck'
  | 'doubleDeath'
  | 'lateTree'
  | 'noSpawn'

/** How the programs of a watcher are disposed: what a release has brought. */
export type Mood = 'good' | 'mixed' | 'bad'

const moods: Record<Mood, readonly [BehaviourKind, ...BehaviourKind[]]> = {
  good: ['normal', 'normal', 'normal', 'normal', 'speaker', 'termImmune', 'lateTree', 'slowStart'],
  mixed: [
    'normal',
    'normal',
    'normal',
    'crashLoop',
    'finishes',
    'slowStart',
    'neverReady',
    'exitsEarly',
    'speaker',
    'closesNotify',
    'termImmune',
    'stuck',
    'doubleDeath',
    'lateTree',
    'noSpawn',
  ],
  bad: [
    'crashLoop',
    'exitsEarly',
    'exitsEarly',
    'neverReady',
    'noSpawn',
    'closesNotify',
    'finishes',
  ],
}

/** The longest that a process can outlive SIGKILL. */
export const STUCK_MS = 12_000
/** The longest that a tree can outlive its root. */
export const LATE_TREE_MS = 20_000
/** The longest that a spawn can take. */
export const SPAWN_MS = 4_000

/** A program that does what is expected of it, at once. */
export const calm: Behaviour = {
  kind: 'normal',
  spawn: 'spawned',
  spawnDelayMs: 2,
  readyAfterMs: 20,
  speaks: false,
  closesNotifyAfterMs: null,
  livesMs: null,
  exitCode: 0,
  endsAfterMs: 10,
  endsAfterKillMs: 2,
  clearsAfterMs: 0,
  stopCommand: 'works',
  isToldTwice: false,
  diesOfHangUp: false,
}

export function randomBehaviour(dice: Dice, mood: Mood): Behaviour {
  const kind = pick(dice, moods[mood])
  const base: Behaviour = {
    ...calm,
    kind,
    spawnDelayMs: pick(dice, [0, 1, 5, 40]),
    readyAfterMs: pick(dice, [0, 20, 300, 800]),
    livesMs: dice(5) === 0 ? dice(7_200_000) : null,
    exitCode: pick(dice, [0, 1, 3, -11]),
    endsAfterMs: pick(dice, [0, 10, 500, 3_000]),
    endsAfterKillMs: pick(dice, [0, 0, 5, 30]),
    clearsAfterMs: pick(dice, [0, 0, 0, 50]),
    stopCommand: pick(dice, ['works', 'works', 'fails', 'doesNothing']),
    diesOfHangUp: dice(6) === 0,
  }
  return { ...base, ...peculiarities(dice, kind) }
}

function peculiarities(dice: Dice, kind: BehaviourKind): Partial<Behaviour> {
  switch (kind) {
    case 'normal':
      return {}
    case 'crashLoop':
      return { readyAfterMs: 10, livesMs: 20 + dice(2_500), exitCode: pick(dice, [1, 2, -11]) }
    case 'finishes':
      return { readyAfterMs: 10, livesMs: 20 + dice(2_500), exitCode: 0 }
    case 'slowStart':
      return { readyAfterMs: 900 + dice(10_000), spawnDelayMs: dice(SPAWN_MS) }
    case 'neverReady':
      return { readyAfterMs: null, speaks: dice(2) === 0 }
    case 'exitsEarly':
      return { readyAfterMs: null, livesMs: dice(1_500), exitCode: pick(dice, [0, 1, 127]) }
    case 'speaker':
      return { speaks: true, readyAfterMs: 30 + dice(2_000) }
    case 'closesNotify':
      return {
        speaks: dice(2) === 0,
        readyAfterMs: dice(2) === 0 ? null : 700,
        closesNotifyAfterMs: dice(900),
      }
    case 'termImmune':
      return { endsAfterMs: null }
    case 'stuck':
      return { endsAfterMs: null, endsAfterKillMs: dice(STUCK_MS) }
    case 'doubleDeath':
      return { isToldTwice: true, livesMs: dice(20_000), endsAfterMs: 1, endsAfterKillMs: 1 }
    case 'lateTree':
      return { clearsAfterMs: dice(LATE_TREE_MS), livesMs: dice(2) === 0 ? dice(60_000) : null }
    case 'noSpawn':
      return { spawn: pick(dice, ['fails', 'failsForGood', 'refused']) }
  }
}
