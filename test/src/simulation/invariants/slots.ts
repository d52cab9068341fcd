import type { Watcher } from '../../../../supervisor/dist/core/watcher-state.js'
import type { Invariant } from '../invariant.ts'
import { Ledger } from '../ledger.ts'
import { newsOf } from '../news.ts'
import { LATE_MS } from '../world-view.ts'

export const slotsFit: Invariant = {
  sentence:
    'a watcher that is up has as many slots as processes are wanted; a new one has the lowest number that is free',
  watch:
    () =>
    ({ changes }) => {
      for (const { name, before, after } of changes) {
        if (after?.want !== 'up' || after.gate?.hook === 'before_start') continue
        const wids = after.slots.map(({ wid }) => wid)
        if (wids.length !== after.policy.numprocesses) {
          return `${name} has ${wids.length} slots for ${after.policy.numprocesses} processes`
        }
        if (new Set(wids).size !== wids.length) return `${name} has slots ${wids.join(', ')}`
        const homeless = after.processes.find((one) => one.want === 'up' && !wids.includes(one.wid))
        if (homeless !== undefined) return `${name}: process ${homeless.id} has no slot`
        const old = new Set(before?.slots.map(({ wid }) => wid))
        const used = new Set([
          ...wids,
          ...old,
          ...[...(before?.processes ?? []), ...after.processes].map(({ wid }) => wid),
        ])
        for (const wid of wids) {
          if (old.has(wid)) continue
          for (let lower = 1; lower < wid; lower += 1) {
            if (!used.has(lower)) return `${name} gets slot ${wid} though ${lower} is free`
          }
        }
      }
      return null
    },
}

export const numberIsAsWished: Invariant = {
  sentence:
    'the number of processes is what the last resize asked for, at least 0, and at most 1 for a singleton',
  watch:
    () =>
    ({ event, before, after, effects }) => {
      if (event.type !== 'command' || event.command.kind !== 'resize') return null
      const { job, change } = event.command
      const old = before.watchers.find(({ policy }) => policy.name === event.watcher)
      const now = after.watchers.find(({ policy }) => policy.name === event.watcher)
      const isRefused = effects.some(
        (effect) => effect.type === 'endJob' && effect.job === job && !effect.outcome.ok,
      )
      if (old === undefined || now === undefined || isRefused) return null
      const wish = 'to' in change ? change.to : old.policy.numprocesses + change.by
      const most = old.policy.singleton ? 1 : Infinity
      const expected = Math.max(0, Math.min(most, wish))
      const { numprocesses } = now.policy
      return numprocesses === expected
        ? null
        : `${event.watcher} wants ${numprocesses}, not ${expected}`
    },
}

export const theIdleGoFirst: Invariant = {
  sentence:
    'when a watcher shrinks, slots that serve nobody go first, then those with the oldest processes',
  watch:
    () =>
    ({ event, changes }) => {
      if (event.type !== 'command' || event.command.kind !== 'resize') return null
      for (const { name, before, after } of changes) {
        if (before?.want !== 'up' || after?.want !== 'up') continue
        const age = (watcher: Watcher, wid: number): number =>
          watcher.processes.find(
            (one) => one.wid === wid && one.want === 'up' && one.is === 'ready',
          )?.id ?? -1
        const kept = new Set(after.slots.map(({ wid }) => wid))
        const gone = before.slots.filter(({ wid }) => !kept.has(wid))
        const stayed = before.slots.filter(({ wid }) => kept.has(wid))
        const youngest = Math.max(...gone.map(({ wid }) => age(before, wid)))
        const oldest = Math.min(...stayed.map(({ wid }) => age(before, wid)))
        if (youngest > oldest) return `${name}: process ${youngest} goes and ${oldest} stays`
      }
      return null
    },
}

export const slotsAreJudged: Invariant = {
  sentence:
    'a slot is open, spent or given up, and rests as long, as max_retry, backoff, respawn and flapping say of its deaths',
  watch: () => {
    const ledgers = new Map<string, Ledger>()
    return (step) => {
      for (const change of step.changes) {
        const { name, before, after } = change
        if (after === undefined || before === undefined) {
          ledgers.delete(name)
          continue
        }
        const ledger = ledgers.get(name) ?? new Ledger()
        ledgers.set(name, ledger)
        ledger.note(step, before, after, newsOf(step, change))
        const wrong = ledger.compare(after)
        if (wrong !== null) return `${name}: ${wrong}`
      }
      return null
    }
  },
}

export const slotsAreFilled: Invariant = {
  sentence:
    'an open slot of a watcher that is up has a process, or gets one when its pause and the warm-up are over; not earlier',
  watch: (world) => {
    const lastSpawn = new Map<string, number>()
    return ({ after, before, effects, now, event }) => {
      for (const effect of effects) {
        if (effect.type !== 'spawn') continue
        const { watcher } = effect.process
        lastSpawn.set(watcher, now)
        const old = before.watchers.find(({ policy }) => policy.name === watcher)
        const slot = old?.slots.find(({ wid }) => wid === effect.wid)
        const program = world.programs.find(effect.process)
        if (slot === undefined || program === undefined || program.succeeds) continue
        const renewed = after.watchers.find(({ policy }) => policy.name === watcher)
        const isReset = renewed?.generation !== old?.generation
        if (!isReset && slot.is === 'open' && slot.retryAt > now && old?.want === 'up') {
          return `${watcher}: slot ${effect.wid} was to rest until ${slot.retryAt}`
        }
        if (!isReset && slot.is !== 'open' && old?.want === 'up') {
          return `${watcher}: slot ${effect.wid} is ${slot.is}`
        }
      }
      const slack = event.type === 'tick' ? 0 : LATE_MS + 1
      for (const watcher of after.watchers) {
        const { policy, slots, gate } = watcher
        if (watcher.want !== 'up' || gate?.hook === 'before_start') continue
        for (const slot of slots) {
          if (slot.is !== 'open' || isHeld(watcher, slot.wid)) continue
          const warm = (lastSpawn.get(policy.name) ?? -Infinity) + policy.warmupDelayMs
          const due = Math.max(slot.retryAt, warm)
          if (now >= due + slack && now >= world.resumedAt + slack) {
            return `${policy.name}: slot ${slot.wid} is empty since ${due}`
          }
        }
      }
      return null
    }
  },
}

/** Whether somebody has the slot, or must have left it before there can be another one. */
function isHeld({ processes, running, policy }: Watcher, wid: number): boolean {
  const isSequential = running?.job.kind === 'reload' && running.job.sequential
  if (policy.singleton) return processes.length > 0
  return processes.some((one) => one.wid === wid && (one.want === 'up' || isSequential))
}
