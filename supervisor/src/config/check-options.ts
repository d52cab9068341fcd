import type { IniOption } from './ini.ts'
import type { MeaninglessOption } from './meaningless-options.ts'
import { optionNature, unknownOption, type TableKind } from './option-names.ts'
import { errorAt, warningAt, type Place } from './problem.ts'
import { expand } from './expand.ts'
import type { Reading } from './reading.ts'
import { showValue } from './show-value.ts'
import type { UnsupportedOption } from './unsupported-options.ts'

/** Reports options which this kind of section does not have, those which are not acted on, and lines which an indent hides. */
export function checkOptions(
  kind: TableKind,
  options: Iterable<IniOption>,
  reading: Reading,
): void {
  for (const option of options) {
    const nature = optionNature(kind, option.name)
    if (nature.kind === 'unknown') {
      const at = reading.isStrict ? errorAt : warningAt
      reading.report(at(option, unknownOption(kind, option.name)))
    } else if (nature.kind === 'unsupported') {
      checkUnsupported(option, nature.option, reading)
    } else if (nature.kind === 'meaningless') {
      checkMeaningless(option, nature.option, reading)
    }
    checkContinuations(option, (name) => optionNature(kind, name).kind !== 'unknown', reading)
  }
}

function checkUnsupported(
  option: IniOption,
  unsupported: UnsupportedOption,
  reading: Reading,
): void {
  if (!asksForSomething(option, unsupported, reading)) return
  if (unsupported.severity === 'warning') {
    reading.report(
      warningAt(option, `${option.name}: is accepted but not acted on by this version`),
    )
  } else {
    const value = showValue(expand(option.value, reading.variables))
    const message = `${option.name}: ${value} is not supported by this version; remove the option`
    reading.report(errorAt(option, message))
  }
}

function checkMeaningless(
  option: IniOption,
  meaningless: MeaninglessOption,
  reading: Reading,
): void {
  if (!asksForSomething(option, meaningless, reading) || meaningless.reason === null) return
  reading.report(warningAt(option, `${option.name}: has no meaning here: ${meaningless.reason}`))
}

/** Whether the value is another than "off". One that Circus would refuse is reported. */
function asksForSomething(
  option: IniOption,
  { type, default: off }: Pick<UnsupportedOption, 'type' | 'default'>,
  reading: Reading,
): boolean {
  const value = expand(option.value, reading.variables)
  const given = type.parse(value, reading.platform)
  if (!given.ok) {
    const message = `${option.name}: ${showValue(value)} ${given.wrong}; it may be ${type.mayBe}`
    reading.report(errorAt(option, message))
    return false
  }
  if (off === null) return true
  const nothing = type.parse(off, reading.platform)
  return !nothing.ok || nothing.value !== given.value
}

/** Reports indented lines which read as if they were meant to stand alone. */
export function checkContinuations(
  option: IniOption,
  isOptionName: (name: string) => boolean,
  reading: Pick<Reading, 'report'>,
): void {
  for (const { line, text } of option.continuations) {
    const meant = meantAs(text, isOptionName)
    if (meant === undefined) continue
    const place: Place = { file: option.file, line }
    const message = `this line continues ${option.name} of line ${option.line}; remove the indent if it is ${meant}`
    reading.report(warningAt(place, message))
  }
}

function meantAs(text: string, isOptionName: (name: string) => boolean): string | undefined {
  if (/^[#;]/.test(text)) return 'a comment'
  if (/^\[(?:circus|env|DEFAULT|(?:watcher|socket|plugin|env):.*)\]/.test(text)) return 'a section'
  const name = /^([^\s=:]+)\s*[=:]/.exec(text)?.[1]
  return name !== undefined && isOptionName(name) ? `the option ${name}` : undefined
}
