import type { GateHook } from './policy.ts'
import type { Turn } from './watcher-state.ts'

/**
 * Runs a hook for which the watcher waits.
 * @returns whether there is anything to wait for: the watcher has such a hook
 */
export function openGate(turn: Turn, hook: GateHook): boolean {
  const { policy, nextCall } = turn.watcher
  if (!policy.gates.includes(hook)) return false
  turn.watcher = { ...turn.watcher, gate: { hook, call: nextCall }, nextCall: nextCall + 1 }
  const effect = {
    type: 'hook',
    hook,
    watcher: policy.name,
    call: nextCall,
    process: null,
  } as const
  turn.effects.push(effect)
  return true
}

/** What the hook says does not matter any more. */
export function closeGate(turn: Turn): void {
  turn.watcher = { ...turn.watcher, gate: null }
}
