import type { IniOption, IniSection } from './ini.ts'
import { optionNature, tableKinds, unknownDefault, type TableKind } from './option-names.ts'
import { errorAt, warningAt, type Report } from './problem.ts'

/**
 * The options of a section, after its own those of `[DEFAULT]` which this kind of section has. Circus hands all of
 * them to every section, so that they also become environment variables and unknown options.
 */
export function withDefaults(
  kind: TableKind,
  section: IniSection | undefined,
  defaults: IniSection | undefined,
): ReadonlyMap<string, IniOption> {
  const own = section?.options ?? new Map<string, IniOption>()
  const inherited = Array.from(defaults?.options ?? []).filter(
    ([name]) => !own.has(name) && optionNature(kind, name).kind !== 'unknown',
  )
  return new Map([...own, ...inherited])
}

/** Reports options of `[DEFAULT]` which no section can inherit. */
export function checkDefaults(
  defaults: IniSection | undefined,
  isStrict: boolean,
  report: Report,
): void {
  const at = isStrict ? errorAt : warningAt
  for (const option of defaults?.options.values() ?? []) {
    const isKnown = tableKinds.some((kind) => optionNature(kind, option.name).kind !== 'unknown')
    if (!isKnown) report(at(option, unknownDefault(option.name)))
  }
}
