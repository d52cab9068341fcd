import type { Core } from './core.ts'
import { live } from './history.ts'
import type { Plan } from './operators.ts'
import { plainPolicy } from './policies.ts'
import type { WatcherPolicy } from '../../../supervisor/dist/core/policy.js'

/** Lives which one reduction may take: enough for histories of a few hundred operations. */
const MOST_LIVES = 4_000

/** The shortest plan that can be found which still breaks the same invariant. */
export function shrink(core: Core, plan: Plan, invariant: string): Plan {
  let lives = 0
  const fails = (candidate: Plan): boolean => {
    lives += 1
    return lives <= MOST_LIVES && live(core, candidate).violation?.invariant === invariant
  }
  let best = plan
  for (;;) {
    const before = best
    best = withFewerOperations(best, fails)
    best = withFewerWatchers(best, fails)
    best = withPlainerPolicies(best, fails)
    best = withSmallerRenewals(best, fails)
    best = withSmallerChanges(best, fails)
    best = withPlainerAdditions(best, fails)
    if (best === before) return best
  }
}

type Fails = (plan: Plan) => boolean

/** Leaves out ever smaller runs of operations (delta debugging). */
function withFewerOperations(plan: Plan, fails: Fails): Plan {
  let best = plan
  for (let size = best.operations.length; size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < best.operations.length;) {
      const candidate = { ...best, operations: best.operations.toSpliced(start, size) }
      if (fails(candidate)) best = candidate
      else start += size
    }
  }
  return best
}

function withFewerWatchers(plan: Plan, fails: Fails): Plan {
  let best = plan
  for (const { name } of plan.policies) {
    const policies = best.policies.filter((policy) => policy.name !== name)
    const candidate = { ...best, policies }
    if (policies.length > 0 && fails(candidate)) best = candidate
  }
  return best
}

/** Gives each option of each watcher its plain value, where that does not matter. */
function withPlainerPolicies(plan: Plan, fails: Fails): Plan {
  let best = plan
  for (const { name } of plan.policies) {
    for (const option of Object.keys(plainPolicy) as (keyof WatcherPolicy)[]) {
      const policy = best.policies.find((one) => one.name === name)
      if (option === 'name' || policy === undefined) continue
      if (JSON.stringify(policy[option]) === JSON.stringify(plainPolicy[option])) continue
      const plainer = { ...policy, [option]: plainPolicy[option] }
      const policies = best.policies.map((one) => (one.name === name ? plainer : one))
      if (fails({ ...best, policies })) best = { ...best, policies }
    }
  }
  return best
}

/** Leaves watchers out of the configurations that are read later, or makes them plain. */
function withSmallerRenewals(plan: Plan, fails: Fails): Plan {
  let best = plan
  for (let index = 0; index < plan.operations.length; index += 1) {
    const names = renewedBy(best, index).map(({ name }) => name)
    for (const name of names) {
      const policies = renewedBy(best, index)
      const fewer = renewing(
        best,
        index,
        policies.filter((policy) => policy.name !== name),
      )
      const plainer = policies.map((one) => (one.name === name ? { ...plainPolicy, name } : one))
      const isPlain = JSON.stringify(plainer) === JSON.stringify(policies)
      if (fails(fewer)) best = fewer
      else if (!isPlain && fails(renewing(best, index, plainer))) {
        best = renewing(best, index, plainer)
      }
    }
  }
  return best
}

/** Leaves options out of those that are changed. */
function withSmallerChanges(plan: Plan, fails: Fails): Plan {
  let best = plan
  for (const [index, { at, operation: original }] of plan.operations.entries()) {
    if (original.kind !== 'change') continue
    for (const option of Object.keys(original.options)) {
      const operation = best.operations[index]?.operation
      if (operation?.kind !== 'change') continue
      const left = Object.entries(operation.options).filter(([name]) => name !== option)
      const smaller = { ...operation, options: Object.fromEntries(left) }
      const operations = best.operations.with(index, { at, operation: smaller })
      if (fails({ ...best, operations })) best = { ...best, operations }
    }
  }
  return best
}

/** Makes the watchers plain that are added later. */
function withPlainerAdditions(plan: Plan, fails: Fails): Plan {
  let best = plan
  for (const [index, { at, operation }] of plan.operations.entries()) {
    if (operation.kind !== 'add') continue
    const policy = { ...plainPolicy, name: operation.policy.name }
    if (JSON.stringify(policy) === JSON.stringify(operation.policy)) continue
    const plainer = { ...operation, policy }
    const operations = best.operations.with(index, { at, operation: plainer })
    if (fails({ ...best, operations })) best = { ...best, operations }
  }
  return best
}

function renewedBy({ operations }: Plan, index: number): readonly WatcherPolicy[] {
  const operation = operations[index]?.operation
  return operation?.kind === 'renew' ? operation.policies : []
}

function renewing(plan: Plan, index: number, policies: readonly WatcherPolicy[]): Plan {
  const entry = plan.operations[index]
  if (entry?.operation.kind !== 'renew') return plan
  const operation = { ...entry.operation, policies }
  return { ...plan, operations: plan.operations.with(index, { ...entry, operation }) }
}
