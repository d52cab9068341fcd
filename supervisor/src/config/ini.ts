import { errorAt, warningAt, type Place, type Report } from './problem.ts'
import { showValue } from './show-value.ts'

/** One configuration file. `path` is what problems name. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** One option as written. `value` is trimmed; its lines, if it has several, are separated by `\n`. */
export interface IniOption extends Place {
  readonly name: string
  readonly value: string
  /** The indented lines which were appended to the value. */
  readonly continuations: readonly Continuation[]
}

export interface Continuation {
  readonly line: number
  readonly text: string
}

/** One section. Its place is that of the first header with its name; its options keep the order of the files. */
export interface IniSection extends Place {
  readonly name: string
  readonly options: ReadonlyMap<string, IniOption>
}

/**
 * Reads the INI dialect of Circus (docs: "Configuration"; Python 2's RawConfigParser without interpolation).
 * A section that is repeated, in the same or a later file, is merged into the first; of an option that is repeated
 * the first value counts. Names are case-sensitive. `[DEFAULT]` is returned as an ordinary section.
 * What cannot be read is reported and left out; reading never throws.
 */
export function readIni(
  files: readonly SourceFile[],
  report: Report,
): ReadonlyMap<string, IniSection> {
  const sections = new Map<string, OpenSection>()
  for (const file of files) readFile(file, sections, report)
  return new Map(Array.from(sections, ([name, section]) => [name, closeSection(section)]))
}

interface OpenSection extends Place {
  readonly name: string
  readonly options: Map<string, OpenOption>
}

interface OpenOption extends Place {
  readonly name: string
  readonly firstLine: string
  readonly continuations: Continuation[]
}

type Line =
  | { readonly kind: 'ignored' }
  | { readonly kind: 'header'; readonly name: string; readonly rest: string }
  | { readonly kind: 'unclosed header' }
  | { readonly kind: 'option'; readonly name: string; readonly value: string }
  | { readonly kind: 'indented'; readonly text: string }
  | { readonly kind: 'unreadable' }

function readFile(file: SourceFile, sections: Map<string, OpenSection>, report: Report): void {
  let section: OpenSection | undefined
  let option: OpenOption | undefined
  let isStrayTextReported = false
  const lines = file.text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  for (const [index, text] of lines.entries()) {
    const place = { file: file.path, line: index + 1 }
    if (text.includes('\0')) {
      report(errorAt(place, 'this line holds a NUL character; remove it'))
      continue
    }
    const line = readLine(text)
    if (line.kind === 'ignored') continue
    if (line.kind === 'header') {
      section = openSection(sections, line.name, place)
      option = undefined
      if (line.rest !== '') {
        report(
          warningAt(place, `[${line.name}]: ${showValue(line.rest)} after the header is ignored`),
        )
      }
    } else if (line.kind === 'unclosed header') {
      report(errorAt(place, `${showValue(text)} is a section header without its closing ]`))
    } else if (section === undefined) {
      // One report for a file is enough: all its lines up to the first header have the same cause.
      if (!isStrayTextReported) report(errorAt(place, strayText(text)))
      isStrayTextReported = true
    } else if (line.kind === 'indented' && option !== undefined) {
      option.continuations.push({ line: place.line, text: line.text })
    } else if (line.kind === 'option') {
      option = openOption(section, line.name, line.value, place, report)
    } else {
      report(errorAt(place, unreadable(line, text)))
    }
  }
}

function readLine(text: string): Line {
  const trimmed = text.trim()
  if (trimmed === '' || /^[#;]/.test(text) || /^rem(?:\s|$)/i.test(text)) return { kind: 'ignored' }
  if (/^\s/.test(text)) return { kind: 'indented', text: trimmed }
  if (text.startsWith('[')) return readHeader(trimmed)
  const separator = text.search(/[=:]/)
  if (separator <= 0) return { kind: 'unreadable' }
  const value = withoutComment(text.slice(separator + 1)).trim()
  return { kind: 'option', name: text.slice(0, separator).trim(), value }
}

/**
 * A name may itself hold brackets (`[env:job[12]]`), so the header ends at the first `]` that ends the line or is
 * followed by a comment. Any other line ends at its last `]`, as in Circus, and the rest is told.
 */
function readHeader(text: string): Line {
  const header = /^\[(.+?)\]\s*(?:[#;].*)?$/.exec(text) ?? /^\[(.+)\](.*)$/.exec(text)
  const name = header?.[1]?.trim()
  if (name === undefined || name === '') return { kind: 'unclosed header' }
  return { kind: 'header', name, rest: header?.[2]?.trim() ?? '' }
}

/** Only `;`, and only the first one of the value, starts a comment, if a blank stands before it. */
function withoutComment(value: string): string {
  const semicolon = value.indexOf(';')
  return semicolon > 0 && /\s/.test(value.charAt(semicolon - 1)) ? value.slice(0, semicolon) : value
}

function openSection(sections: Map<string, OpenSection>, name: string, place: Place): OpenSection {
  const known = sections.get(name)
  if (known !== undefined) return known
  const section = { name, options: new Map<string, OpenOption>(), ...place }
  sections.set(name, section)
  return section
}

/** The new option, also if it is dropped because an earlier one has its name: then its continuations go with it. */
function openOption(
  section: OpenSection,
  name: string,
  value: string,
  place: Place,
  report: Report,
): OpenOption {
  const option = { name, firstLine: value === '""' ? '' : value, continuations: [], ...place }
  const first = section.options.get(name)
  if (first === undefined) {
    section.options.set(name, option)
  } else if (first.file === place.file) {
    // Across files it is the way in which the main file overrides an included one.
    const message = `${name}: is already set in line ${first.line}, and the first value counts; remove one of the two`
    report(warningAt(place, message))
  }
  return option
}

function strayText(text: string): string {
  return `${showValue(text)} stands before the first section; put a header such as [circus] above it`
}

function unreadable(line: Line, text: string): string {
  if (line.kind === 'indented') {
    return `${showValue(line.text)} is indented, but there is no option that it could continue; remove the indent`
  }
  return `${showValue(text)} is neither a [section] nor an option; write NAME = VALUE`
}

function closeSection(section: OpenSection): IniSection {
  const options = Array.from(
    section.options,
    ([name, option]) => [name, closeOption(option)] as const,
  )
  return { ...section, options: new Map(options) }
}

function closeOption({ firstLine, ...option }: OpenOption): IniOption {
  const lines = [firstLine, ...option.continuations.map(({ text }) => text)]
  return { ...option, value: lines.join('\n').trim() }
}
