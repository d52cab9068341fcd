import { parseArgs } from 'node:util'
import { loadCore } from './core.ts'
import { describeHistory } from './describe-history.ts'
import { live } from './history.ts'
import { randomPlan } from './operators.ts'
import { shrink } from './shrink.ts'

/*
 * `npm run simulate -- [--seed N] [--seeds N] [--steps M] [--seconds S] [--core DIRECTORY]`
 *
 * Lives through random histories and says which invariant broke first, with the shortest history that breaks it. With
 * --seed only that one is lived, and told in full if it fails. BIGTOP_CORE or --core is a compiled core other than ours.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    first: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1000000000' },
    steps: { type: 'string', default: '60' },
    seconds: { type: 'string', default: '60' },
    core: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})

const HOUR_MS = 3_600_000
const steps = Number(values.steps)
const core = await loadCore(values.core ?? process.env['BIGTOP_CORE'])
const first = Number(values.seed ?? values.first)
const last = values.seed === undefined ? first + Number(values.seeds) - 1 : first
const budgetMicros = Number(values.seconds) * 1_000_000
const started = process.cpuUsage()
const sum = { histories: 0, steps: 0, watcherMs: 0 }
const cpuMicros = (): number => {
  const { user, system } = process.cpuUsage(started)
  return user + system
}

for (let seed = first; seed <= last && cpuMicros() < budgetMicros; seed += 1) {
  const plan = randomPlan(seed, steps)
  const ending = live(core, plan)
  sum.histories += 1
  sum.steps += ending.steps
  sum.watcherMs += ending.watcherMs
  if (ending.violation === null) continue
  const { invariant } = ending.violation
  const result = { ...summary(), seed, invariant, message: ending.violation.message }
  if (values.json) console.log(JSON.stringify(result))
  else {
    console.log(`seed ${seed} breaks ${ending.violation.message}`)
    console.log(describeHistory(core, shrink(core, plan, invariant)))
    console.log(`again: npm run simulate -- --seed ${seed} --steps ${steps}`)
  }
  process.exitCode = 1
  break
}
if (process.exitCode !== 1) {
  console.log(values.json ? JSON.stringify({ ...summary(), invariant: null }) : tell(summary()))
}

function summary(): Record<string, number> {
  const cpuSeconds = cpuMicros() / 1_000_000
  const watcherHours = sum.watcherMs / HOUR_MS
  return {
    histories: sum.histories,
    steps: sum.steps,
    cpuSeconds: round(cpuSeconds),
    watcherHours: round(watcherHours),
    watcherHoursPerCpuHour: Math.round((watcherHours / cpuSeconds) * 3_600),
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function tell(result: Record<string, number>): string {
  return `no invariant broke: ${Object.entries(result)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}`
}
