import type { Effect } from '../../../supervisor/dist/core/effect.js'
import type { ArbiterEvent } from '../../../supervisor/dist/core/event.js'
import type { Core } from './core.ts'
import { live } from './history.ts'
import { invariants } from './invariants.ts'
import type { Plan } from './operators.ts'
import { plainPolicy } from './policies.ts'
import type { Step } from './step.ts'

/** Steps before the violation that are told. */
const LAST_STEPS = 60

/** A history in words: its watchers, what operators did, the steps up to the violation, and what that was. */
export function describeHistory(core: Core, plan: Plan): string {
  const steps: Step[] = []
  const { violation } = live(core, plan, (step) => steps.push(step))
  const lines = ['watchers (what differs from a plain one):']
  for (const policy of plan.policies) {
    const special = Object.entries(policy).filter(
      ([option, value]) =>
        JSON.stringify(value) !== JSON.stringify(plainPolicy[option as keyof typeof plainPolicy]),
    )
    lines.push(`  ${policy.name}: ${JSON.stringify(Object.fromEntries(special))}`)
  }
  lines.push('operators:')
  for (const { at, operation } of plan.operations)
    lines.push(`  ${at} ${JSON.stringify(operation)}`)
  const told = steps.slice(-LAST_STEPS)
  if (told.length < steps.length) lines.push(`(${steps.length - told.length} steps before these)`)
  for (const step of told) {
    lines.push(`${step.now.toFixed(0).padStart(9)} ${describeEvent(step.event)}`)
    for (const effect of step.effects) lines.push(`            -> ${describeEffect(effect)}`)
  }
  if (violation === null) return [...lines, 'no invariant is broken'].join('\n')
  const sentence = invariants[violation.invariant]?.sentence
  if (sentence !== undefined) lines.push(`invariant: ${sentence}`)
  return [...lines, violation.message].join('\n')
}

function describeEvent(event: ArbiterEvent): string {
  switch (event.type) {
    case 'process': {
      const { type, ...rest } = event.event
      return `${event.process.watcher}#${event.process.id} ${type} ${JSON.stringify(rest)}`
    }
    case 'addWatcher':
      return `addWatcher ${event.policy.name}`
    case 'configurationAdopted':
      return `configurationAdopted ${event.adoption.policies.map(({ name }) => name).join()}`
    case 'command':
    case 'bulk':
    case 'hookEnded':
    case 'demand':
    case 'cancel':
    case 'renew':
    case 'configurationRead':
    case 'tick':
    case 'quit':
      return JSON.stringify(event)
  }
}

function describeEffect(effect: Effect): string {
  if (effect.type === 'log') return `log ${effect.level}: ${effect.message}`
  const { type, ...rest } = effect
  return `${type} ${JSON.stringify(rest)}`
}
