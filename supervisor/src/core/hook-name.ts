/** The eleven hooks of Circus, in the order of a watcher's life. */
export const HOOK_NAMES = [
  'before_start',
  'after_start',
  'before_spawn',
  'after_spawn',
  'before_stop',
  'after_stop',
  'before_signal',
  'after_signal',
  'before_reap',
  'after_reap',
  'extended_stats',
] as const

export type HookName = (typeof HOOK_NAMES)[number]
