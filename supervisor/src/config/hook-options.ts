import { HOOK_NAMES, type HookName } from '../core/hook-name.ts'
import type { GateHook } from '../core/policy.ts'
import { directoryOf } from './absolute-path.ts'
import { parseHookTarget, type HookPlace, type HookTarget } from './hook-target.ts'
import type { IniOption } from './ini.ts'
import { nearestName } from './nearest-name.ts'
import { boolean } from './option-types.ts'
import { errorAt, type Place } from './problem.ts'
import type { Reading } from './reading.ts'
import { showValue } from './show-value.ts'

/** One `hooks.NAME` of a watcher. */
export interface HookOptions {
  readonly hook: HookName
  readonly target: HookTarget
  /** A hook that fails counts as one that has said yes. */
  readonly ignoresFailure: boolean
  /** As it stands in the file. */
  readonly written: string
  readonly source: Place
}

export const HOOKS_PREFIX = 'hooks.'

/** The `hooks.NAME` options of a watcher, in their order: `TARGET` or `TARGET, BOOL`. As in Circus no variable is replaced in them. */
export function readHooks(
  options: ReadonlyMap<string, IniOption>,
  files: { readonly configDir: string; readonly fileExists: HookPlace['fileExists'] },
  reading: Reading,
): readonly HookOptions[] {
  const hooks: HookOptions[] = []
  for (const option of options.values()) {
    if (!option.name.startsWith(HOOKS_PREFIX)) continue
    const name = option.name.slice(HOOKS_PREFIX.length)
    const hook = HOOK_NAMES.find((known) => known === name)
    if (hook === undefined) {
      reading.report(errorAt(option, unknownHook(name)))
      continue
    }
    const { text, ignoresFailure } = splitFlag(option.value, reading)
    const { file, line } = option
    const directory = directoryOf(file, files.configDir)
    const target = parseHookTarget(text, { directory, fileExists: files.fileExists })
    if (target.ok) {
      const source = { file, line }
      hooks.push({ hook, target: target.value, ignoresFailure, written: option.value, source })
    } else {
      const message = `${option.name}: ${showValue(option.value)} ${target.wrong}; ${target.instead}`
      reading.report(errorAt(option, message))
    }
  }
  return hooks
}

const GATES: readonly GateHook[] = ['before_start', 'after_start', 'after_spawn', 'before_stop']

/** Those of the hooks whose end the state machines wait for. */
export function gatesOf(hooks: readonly HookOptions[]): readonly GateHook[] {
  return GATES.filter((gate) => hooks.some(({ hook }) => hook === gate))
}

/** What is behind the last comma, if it is a yes or no: the command line of a program may have commas of its own. */
function splitFlag(value: string, reading: Reading): { text: string; ignoresFailure: boolean } {
  const comma = value.lastIndexOf(',')
  const flag = boolean.parse(value.slice(comma + 1).trim(), reading.platform)
  if (comma === -1 || !flag.ok) return { text: value, ignoresFailure: false }
  return { text: value.slice(0, comma).trim(), ignoresFailure: flag.value }
}

function unknownHook(name: string): string {
  const nearest = nearestName(name, HOOK_NAMES)
  const advice =
    nearest === undefined
      ? `the hooks are ${HOOK_NAMES.join(', ')}`
      : `did you mean ${HOOKS_PREFIX}${nearest}?`
  return `${HOOKS_PREFIX}${name}: is no hook; ${advice}`
}
