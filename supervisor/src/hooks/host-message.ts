import type { HookContext } from './hook.ts'

/** A call on its way to the process which runs the modules of a watcher. */
export interface HostRequest {
  /** Unique within one host. */
  readonly id: number
  /** Absolute path. */
  readonly module: string
  readonly export: string
  readonly context: HookContext
}

/** Its end. Anything else on the channel was sent by a hook and means nothing. */
export type HostReply =
  | {
      readonly id: number
      readonly kind: 'answered'
      readonly isTrue: boolean
      /** extended_stats only: the statistics as JSON text. */
      readonly stats?: string
    }
  | {
      readonly id: number
      /** `unloadable`: the module or its export is not usable; `thrown`: the hook has failed. */
      readonly kind: 'unloadable' | 'thrown'
      readonly error: string
    }

/** True for a reply of our own making. */
export function isHostReply(message: unknown): message is HostReply {
  if (typeof message !== 'object' || message === null) return false
  if (!('id' in message) || typeof message.id !== 'number' || !('kind' in message)) return false
  if (message.kind === 'answered') {
    if ('stats' in message && typeof message.stats !== 'string') return false
    return 'isTrue' in message && typeof message.isTrue === 'boolean'
  }
  const isFailure = message.kind === 'unloadable' || message.kind === 'thrown'
  return isFailure && 'error' in message && typeof message.error === 'string'
}
