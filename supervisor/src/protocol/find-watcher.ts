import type { Watcher } from '../core/watcher-state.ts'
import { ERRNO } from './errno.ts'
import { RequestError } from './request-error.ts'
import type { ArbiterView } from './view.ts'

/**
 * The watcher of that name, in any case.
 * @throws {RequestError} If there is none.
 */
export function findWatcher(view: ArbiterView, name: string): Watcher {
  const lowered = name.toLowerCase()
  const found = view.arbiter.watchers.find(({ policy }) => policy.name.toLowerCase() === lowered)
  if (found === undefined) throw unknownWatcher(name)
  return found
}

export function unknownWatcher(name: string): RequestError {
  return new RequestError(ERRNO.messageInvalid, `program ${name} not found`)
}
