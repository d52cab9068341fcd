import { expand, references, type Variables } from './expand.ts'
import type { IniOption } from './ini.ts'
import { nearestName } from './nearest-name.ts'
import type { OptionRow, OptionsOf, OptionTable } from './option-row.ts'
import type { PlatformFacts } from './option-type.ts'
import { errorAt, warningAt } from './problem.ts'
import type { Reading } from './reading.ts'
import { showValue } from './show-value.ts'

/**
 * The options of a table out of those of a section, expanded and parsed. An option with a bad value is reported and gets its
 * default, so that everything else can still be checked. Empty means "not set" where that is the default.
 * @param prefix Stands before the names in the section: `stdout_stream.`.
 */
export function readOptions<Table extends OptionTable>(
  table: Table,
  options: ReadonlyMap<string, IniOption>,
  reading: Reading,
  prefix = '',
): OptionsOf<Table> {
  const rows: OptionTable = table
  const fields = Object.entries(rows).map(([name, row]) => {
    const option = options.get(prefix + name)
    return [
      row.field,
      option === undefined ? defaultValue(row, reading.platform) : readOption(row, option, reading),
    ]
  })
  // The rows which gave these values are those that OptionsOf reads.
  return Object.fromEntries(fields) as OptionsOf<Table>
}

function readOption(row: OptionRow, option: IniOption, reading: Reading): unknown {
  const text = expandOption(row, option, reading)
  if (text === '' && row.default === null) return null
  const parsed = row.type.parse(text, reading.platform)
  if (parsed.ok) return parsed.value
  const advice = parsed.instead ?? `it may be ${row.type.mayBe}`
  reading.report(errorAt(option, `${option.name}: ${showValue(text)} ${parsed.wrong}; ${advice}`))
  return defaultValue(row, reading.platform)
}

function expandOption(row: OptionRow, option: IniOption, reading: Reading): string {
  if (row.expansion === 'never') return option.value
  const variables = row.type.isText ? reading.textVariables : reading.variables
  // What is unknown now may be known when a process is spawned.
  if (row.expansion === 'load and spawn') return expand(option.value, variables)
  return expandText(option, variables, reading)
}

/** The value with its references replaced; one that names nothing is reported. */
export function expandText(
  option: IniOption,
  variables: Variables,
  reading: Pick<Reading, 'report'>,
): string {
  reportUnresolved(option, option.value, variables, reading)
  return expand(option.value, variables)
}

/** Reports the references in `text`, which belongs to `option`, that name nothing. */
export function reportUnresolved(
  option: IniOption,
  text: string,
  variables: Variables,
  reading: Pick<Reading, 'report'>,
): void {
  for (const { literal, name } of references(text)) {
    if (variables.has(name)) continue
    const nearest = nearestVariable(name, variables)
    const advice = nearest === undefined ? '' : `; did you mean $(circus.${nearest})?`
    const message = `${option.name}: ${literal} names nothing and stays as it is${advice}`
    reading.report(warningAt(option, message))
  }
}

/** Compares the names behind a common `env.` or `sockets.`, which would make all of them near. */
function nearestVariable(name: string, variables: Variables): string | undefined {
  const prefix = name.slice(0, name.indexOf('.') + 1)
  const siblings = Array.from(variables.keys()).filter((key) => key.startsWith(prefix))
  if (siblings.length === 0) return nearestName(name, variables.keys())
  const names = siblings.map((key) => key.slice(prefix.length))
  const nearest = nearestName(name.slice(prefix.length), names)
  return nearest === undefined ? undefined : prefix + nearest
}

/** The default of a row as the program has it. */
export function defaultValue(row: OptionRow, platform: PlatformFacts): unknown {
  if (row.default === null) return null
  const parsed = row.type.parse(row.default, platform)
  if (!parsed.ok)
    throw new Error(`Cannot read the default of ${row.field}: current value is ${row.default}`)
  return parsed.value
}
