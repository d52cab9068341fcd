import { matchesGlob } from '../config/glob.ts'
import type { Watcher } from '../core/watcher-state.ts'
import { ERRNO } from './errno.ts'
import { unknownWatcher } from './find-watcher.ts'
import { MAX_PATTERN_LENGTH, matchEnds } from './pattern.ts'
import { parseRegex } from './regex.ts'
import { RequestError } from './request-error.ts'
import type { ArbiterView } from './view.ts'

/**
 * The watchers whose lower-cased names match the lower-cased `pattern`. Source: Circus' commands/util.py.
 * @param method `simple` (the same), `glob` (the whole name) or `regex` (from the start of the name on).
 * @throws {RequestError} If none matches, or `method` or `pattern` is invalid.
 */
export function matchWatchers(
  view: ArbiterView,
  pattern: string,
  method: string,
): readonly Watcher[] {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw new RequestError(
      ERRNO.messageInvalid,
      `message invalid 'name' must have at most ${MAX_PATTERN_LENGTH} characters`,
    )
  }
  const matches = matcher(pattern.toLowerCase(), method)
  const found = view.arbiter.watchers.filter(({ policy }) => matches(policy.name.toLowerCase()))
  if (found.length === 0) throw unknownWatcher(pattern)
  return found
}

function matcher(pattern: string, method: string): (name: string) => boolean {
  switch (method) {
    case 'simple':
      return (name) => name === pattern
    case 'glob':
      return (name) => matchesGlob(pattern, name)
    case 'regex': {
      const parsed = parseRegex(pattern)
      return (name) => matchEnds(parsed, name).size > 0
    }
    default:
      throw new RequestError(ERRNO.messageInvalid, `unknown match method ${method}`)
  }
}
