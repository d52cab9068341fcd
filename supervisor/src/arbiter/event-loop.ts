import { arbiterWakeTime, stepArbiter } from '../core/arbiter.ts'
import { newArbiter, type Arbiter } from '../core/arbiter-state.ts'
import type { Effect } from '../core/effect.ts'
import type { ArbiterEvent } from '../core/event.ts'
import { monotonicNow } from '../os/clock.ts'
import { Mailbox } from './mailbox.ts'

/** The running core: events go in, effects come out, one at a time. */
export interface EventLoop {
  readonly post: (event: ArbiterEvent) => void
  /** The present state. It never changes: a later call may give another one. */
  readonly state: () => Arbiter
  /** Resolves when the core has left; rejects if it or `perform` throws, which is a bug. */
  readonly ended: Promise<void>
}

/**
 * Runs the core until it leaves.
 * @param perform Does what an effect says. It must not wait: what comes of it is posted as an event.
 */
export function runEventLoop(
  perform: (effect: Effect, post: (event: ArbiterEvent) => void) => void,
): EventLoop {
  const mailbox = new Mailbox<ArbiterEvent>()
  const post = (event: ArbiterEvent): void => mailbox.post(event)
  let state = newArbiter()

  async function run(): Promise<void> {
    const alarm = newAlarm(() => post({ type: 'tick' }))
    try {
      for await (const event of mailbox) {
        const moment = { now: monotonicNow(), chance: Math.random() }
        const step = stepArbiter(state, event, moment)
        state = step.arbiter
        for (const effect of step.effects) {
          if (effect.type === 'leave') mailbox.close()
          else perform(effect, post)
        }
        alarm.set(arbiterWakeTime(state))
      }
    } finally {
      alarm.set(null)
    }
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
