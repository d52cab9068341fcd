import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadCore } from './core.ts'
import { describeHistory } from './describe-history.ts'
import { live } from './history.ts'
import { randomPlan, type Plan } from './operators.ts'
import { plainPolicy } from './policies.ts'
import { shrink } from './shrink.ts'

/** CPU time of all histories, in seconds; BIGTOP_SIMULATION_SECONDS=60 for the whole minute. */
const BUDGET_S = Number(process.env['BIGTOP_SIMULATION_SECONDS'] ?? 15)
/** Seeds are the same in every run, from 1 up; how far a run comes depends on the machine. */
const FIRST_SEED = Number(process.env['BIGTOP_SIMULATION_SEED'] ?? 1)
/** The suite goes no further than has been looked at: `npm run simulate` is for the rest. */
const LAST_SEED = 4_500
const STEPS = 60

const core = await loadCore()

test(`no invariant breaks in ${BUDGET_S} s of random histories`, () => {
  const started = process.cpuUsage()
  const seconds = (): number => {
    const { user, system } = process.cpuUsage(started)
    return (user + system) / 1e6
  }
  for (let seed = FIRST_SEED; seed <= LAST_SEED && seconds() < BUDGET_S; seed += 1) {
    const plan = randomPlan(seed, STEPS)
    const { violation } = live(core, plan)
    if (violation === null) continue
    const shortest = describeHistory(core, shrink(core, plan, violation.invariant))
    assert.fail(`seed ${seed}, ${STEPS} steps:\n${shortest}`)
  }
})

test('the same plan is the same history', () => {
  const plan = randomPlan(42, STEPS)
  const trace = (): string => {
    const steps: string[] = []
    live(core, plan, ({ now, event }) => steps.push(`${now} ${JSON.stringify(event)}`))
    return steps.join('\n')
  }
  assert.equal(trace(), trace())
})

test('a fault of the core is found, and told by the shortest history that shows it', () => {
  const broken = {
    ...core,
    stepArbiter: (...[arbiter, event, moment]: Parameters<typeof core.stepArbiter>) => {
      const step = core.stepArbiter(arbiter, event, moment)
      // The exit code of every program gets lost.
      const effects = step.effects.map((effect) =>
        effect.type === 'announce' && effect.announcement.name === 'reap'
          ? { ...effect, announcement: { ...effect.announcement, exitCode: 77 } }
          : effect,
      )
      return { ...step, effects }
    },
  }
  const plan = firstThatBreaks(broken)
  const shortest = shrink(broken, plan, 'announcementsAreBalanced')
  assert.equal(shortest.policies.length, 1)
  assert.ok(shortest.operations.length <= 2, `${shortest.operations.length} operations are left`)
  const [policy] = shortest.policies
  assert.deepEqual({ ...policy, name: 'a' }, plainPolicy)
  assert.match(describeHistory(broken, shortest), /is reaped with 77/)
})

function firstThatBreaks(broken: typeof core): Plan {
  for (let seed = 1; seed < 100; seed += 1) {
    const plan = randomPlan(seed, STEPS)
    if (live(broken, plan).violation?.invariant === 'announcementsAreBalanced') return plan
  }
  assert.fail('no history finds the fault')
}
