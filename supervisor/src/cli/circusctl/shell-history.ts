import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'

/** Lines that the shell remembers. */
export const HISTORY_LINES = 1_000

/** Where the shell keeps its history. See the XDG Base Directory Specification: XDG_STATE_HOME. */
export function historyFile(environment: Readonly<Record<string, string | undefined>>): string {
  const { XDG_STATE_HOME: given } = environment
  const state =
    given !== undefined && isAbsolute(given) ? given : join(homedir(), '.local', 'state')
  return join(state, 'circusctl', 'history')
}

/** The last lines, newest first, as node:readline wants them; none if there is no file. */
export function readHistory(file: string): string[] {
  const lines = linesOf(file)
  if (lines.length > 2 * HISTORY_LINES) shorten(file, lines.slice(-HISTORY_LINES))
  return lines.slice(-HISTORY_LINES).toReversed()
}

/**
 * Remembers a line. Only its owner may read the file: values of `set` may be secrets. A line that begins with a blank is
 * not remembered, as in bash with `ignorespace`. Lines are appended, so that two shells at a time lose none.
 */
export function rememberLine(file: string, line: string): void {
  if (line.trim() === '' || line.startsWith(' ')) return
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    appendFileSync(file, `${line}\n`, { mode: 0o600 })
  } catch {
    // A read-only home, a full disk: a shell without memory still controls circusd.
  }
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  } catch {
    // None yet, or none that we may read.
    return []
  }
}

function shorten(file: string, lines: readonly string[]): void {
  try {
    writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
  } catch {
    // It stays long.
  }
}
