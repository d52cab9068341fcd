import { arbiterWakeTime, stepArbiter } from '../core/arbiter.ts'
import { newArbiter, type Arbiter } from '../core/arbiter-state.ts'
import type { Effect } from '../core/effect.ts'
import type { ArbiterEvent } from '../core/event.ts'
import { monotonicNow } from '../os/clock.ts'
import { Mailbox } from './mailbox.ts'

/** The running core: events go in, effects come out, one at a time. */
export interface EventLoop {
  /** @param taken Called when the event has been taken, and what followed from it at once has been done. */
  readonly post: (event: ArbiterEvent, taken?: () => void) => void
  /** The present state. It never changes: a later call may give another one. */
  readonly state: () => Arbiter
  /** Resolves when the core has left, to the exit code it wants. */
  readonly ended: Promise<number>
}

/**
 * Runs the core until it leaves.
 * @param newPerform Makes what does as an effect says. It must not wait: what comes of it is posted as an event.
 * @param onBug Gets what the core or the performer throws. The event is then as good as never posted, the effect as good as
 * done, and everybody else's processes are looked after as before.
 */
export function runEventLoop(
  newPerform: (post: (event: ArbiterEvent) => void) => (effect: Effect) => void,
  onBug: (error: unknown) => void,
): EventLoop {
  const mailbox = new Mailbox<{ event: ArbiterEvent; taken: (() => void) | undefined }>()
  const post: EventLoop['post'] = (event, taken) => mailbox.post({ event, taken })
  const perform = newPerform(post)
  let state = newArbiter()
  let exitCode = 0

  function take(event: ArbiterEvent): void {
    const moment = { now: monotonicNow(), chance: Math.random() }
    const step = guarded(() => stepArbiter(state, event, moment))
    if (step === undefined) return
    state = step.arbiter
    for (const effect of step.effects) {
      if (effect.type === 'leave') {
        exitCode = effect.exitCode
        mailbox.close()
      } else guarded(() => perform(effect))
    }
  }

  function guarded<Result>(act: () => Result): Result | undefined {
    try {
      return act()
    } catch (error) {
      onBug(error)
      return undefined
    }
  }

  async function run(): Promise<number> {
    const alarm = newAlarm(() => post({ type: 'tick' }))
    for await (const { event, taken } of mailbox) {
      take(event)
      if (taken !== undefined) guarded(taken)
      alarm.set(arbiterWakeTime(state))
    }
    alarm.set(null)
    return exitCode
  }
  return { post, state: () => state, ended: run() }
}

/** The longest pause which setTimeout knows. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

interface Alarm {
  readonly set: (time: number | null) => void
}

/** Rings once, at the time set last. */
function newAlarm(ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined
  let time: number | null = null
  const set = (wanted: number | null): void => {
    if (wanted === time) return
    clearTimeout(timer)
    time = wanted
    if (wanted === null) return
    const pause = Math.min(Math.max(0, Math.ceil(wanted - monotonicNow())), LONGEST_TIMEOUT_MS)
    timer = setTimeout(() => {
      time = null
      ring()
    }, pause)
  }
  return { set }
}
