import { absolutePath } from './absolute-path.ts'
import { value, wrong, type Parsed } from './option-type.ts'
import { showValue } from './show-value.ts'
import { splitWords } from './words.ts'

/** What a hook calls: an export of a JavaScript module, or a program. */
export type HookTarget =
  | {
      readonly kind: 'module'
      /** Absolute path of a file that is there, or the name of a package, to be looked up from the directory of the option's file. */
      readonly module: string
      readonly export: string
    }
  /** At least one word. The program is an absolute path that is there, or a name to be found through PATH. */
  | { readonly kind: 'exec'; readonly words: readonly string[] }

/** Where the targets of a file are looked up. */
export interface HookPlace {
  /** Of the file, absolute. */
  readonly directory: string
  readonly fileExists: (path: string) => boolean
}

const HOW_TO_WRITE = 'write ./FILE.js:EXPORT, PACKAGE:EXPORT or exec:PROGRAM ARG...'

/** Reads `./FILE.js:EXPORT`, `PACKAGE:EXPORT` or `exec:PROGRAM ARG...`. Without `:EXPORT` it is the default export. */
export function parseHookTarget(text: string, place: HookPlace): Parsed<HookTarget> {
  if (text === '') return wrong('names no hook', HOW_TO_WRITE)
  const [, line] = /^exec:(.*)$/is.exec(text) ?? []
  return line === undefined ? moduleTarget(text, place) : execTarget(line, place)
}

function execTarget(line: string, place: HookPlace): Parsed<HookTarget> {
  const split = splitWords(line)
  if (!split.ok) return wrong(split.wrong, 'it is split into words as cmd is')
  const [program = '', ...rest] = split.words
  if (program === '') return wrong('names no program', 'write exec:PROGRAM ARG...')
  if (!program.includes('/')) return value({ kind: 'exec', words: [program, ...rest] })
  const path = absolutePath(place.directory, program)
  if (!place.fileExists(path)) return noFile(path)
  return value({ kind: 'exec', words: [path, ...rest] })
}

/** As Node tells files from packages: by what the name begins with. Node docs: "Modules: Packages". */
function moduleTarget(text: string, place: HookPlace): Parsed<HookTarget> {
  const { module, name } = splitExport(text)
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) {
    return wrong('names no export behind its last colon', HOW_TO_WRITE)
  }
  if (/^\.{0,2}\//.test(module)) {
    const path = absolutePath(place.directory, module)
    return place.fileExists(path)
      ? value({ kind: 'module', module: path, export: name })
      : noFile(path)
  }
  if (place.fileExists(absolutePath(place.directory, module))) {
    return wrong('names a package', `write ./${text} for the file of that name`)
  }
  if (module === text && /^\w+(?:\.\w+)+$/.test(module)) {
    return wrong(
      'looks like the name of a Python function',
      `hooks are JavaScript modules or programs here: ${HOW_TO_WRITE}`,
    )
  }
  return PACKAGE.test(module)
    ? value({ kind: 'module', module, export: name })
    : wrong('is neither a file nor a package', HOW_TO_WRITE)
}

/** `NAME`, `@SCOPE/NAME`, and a path inside of it. */
const PACKAGE = /^(?:@[\w.~-]+\/)?[\w~-][\w.~-]*(?:\/[\w.~-]+)*$/

function splitExport(text: string): { module: string; name: string } {
  const colon = text.lastIndexOf(':')
  return colon === -1
    ? { module: text, name: 'default' }
    : { module: text.slice(0, colon), name: text.slice(colon + 1) }
}

function noFile(path: string): Parsed<never> {
  return wrong('names a file that is not there', `there is no ${showValue(path)}`)
}
