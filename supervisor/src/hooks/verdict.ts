import type { HookOutcome } from './hook-call.ts'
import type { HookName } from '../core/hook-name.ts'

/** Whether what follows the hook may happen all the same. */
interface Meaning {
  /** After a falsy answer. */
  readonly falsy: boolean
  /** After a failure that is not ignored by flag. */
  readonly failed: boolean
}

const MAY_REFUSE: Meaning = { falsy: false, failed: false }
const IS_ONLY_TOLD: Meaning = { falsy: true, failed: true }

/** Circus: docs "hooks", and `ignore_hook_failure` of its watcher. */
const meanings: Readonly<Record<HookName, Meaning>> = {
  before_start: MAY_REFUSE,
  after_start: MAY_REFUSE,
  before_spawn: MAY_REFUSE,
  after_spawn: MAY_REFUSE,
  before_stop: IS_ONLY_TOLD,
  after_stop: IS_ONLY_TOLD,
  before_signal: { falsy: false, failed: true },
  after_signal: IS_ONLY_TOLD,
  before_reap: IS_ONLY_TOLD,
  after_reap: IS_ONLY_TOLD,
  extended_stats: { falsy: true, failed: false },
}

const SIGKILL = 9

/**
 * Whether what follows the hook may happen: the start, the spawn, the signal, the reply with statistics. Pure.
 * @param signum before_signal only: the signal in question; SIGKILL cannot be refused.
 */
export function isAllowed(hook: HookName, outcome: HookOutcome, signum?: number): boolean {
  if (hook === 'before_signal' && signum === SIGKILL) return true
  if (outcome.isTrue) return true
  return outcome.kind === 'failed' ? meanings[hook].failed : meanings[hook].falsy
}
