import * as ages from './invariants/ages.ts'
import * as capacity from './invariants/capacity.ts'
import * as daemon from './invariants/daemon.ts'
import * as ends from './invariants/ends.ts'
import * as hooks from './invariants/hooks.ts'
import * as jobs from './invariants/jobs.ts'
import * as order from './invariants/order.ts'
import * as processes from './invariants/processes.ts'
import * as readiness from './invariants/readiness.ts'
import type { Invariant } from './invariant.ts'
import * as slots from './invariants/slots.ts'
import * as sleep from './invariants/sleep.ts'
import type { Step } from './step.ts'
import { Violation } from './violation.ts'
import type { WorldView } from './world-view.ts'

/** All invariants, by name. */
export const invariants: Readonly<Record<string, Invariant>> = {
  ...processes,
  ...ends,
  ...readiness,
  ...capacity,
  ...slots,
  ...ages,
  ...jobs,
  ...hooks,
  ...sleep,
  ...order,
  ...daemon,
}

/** Watches over a new world. The check throws the first violation. */
export function watchInvariants(world: WorldView): (step: Step) => void {
  const watched = Object.entries(invariants).map(
    ([name, { watch }]) => [name, watch(world)] as const,
  )
  return (step) => {
    for (const [name, check] of watched) {
      const contradiction = check(step)
      if (contradiction !== null) throw new Violation(name, contradiction)
    }
  }
}
