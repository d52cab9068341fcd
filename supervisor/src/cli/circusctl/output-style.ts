/** How circusctl may write. */
export interface OutputStyle {
  /** `circus`: Circus' own text, for scripts. `table`: for people. */
  readonly layout: 'circus' | 'table'
  readonly isColored: boolean
  /** Whether a line on standard error can be written over. */
  readonly isLive: boolean
  /** Width of the terminal in characters. */
  readonly columns: number
}

export interface Screen {
  readonly isStdoutTerminal: boolean
  readonly isStderrTerminal: boolean
  readonly columns: number | undefined
}

/** Where nothing tells the width of the terminal. */
const DEFAULT_COLUMNS = 80

/**
 * Tables and colours are for terminals. `NO_COLOR` (not empty) and `TERM=dumb` leave the colours out; `FORCE_COLOR`
 * (anything but empty and 0) writes as on a terminal wherever the output goes, and wins, as it does in Node.
 */
export function outputStyle(
  environment: Readonly<Record<string, string | undefined>>,
  { isStdoutTerminal, isStderrTerminal, columns }: Screen,
): OutputStyle {
  const { NO_COLOR: no = '', FORCE_COLOR: force = '', TERM: term } = environment
  const isForced = force !== '' && force !== '0'
  const isPlain = no !== '' || force === '0' || term === 'dumb'
  const isTable = isStdoutTerminal || isForced
  return {
    layout: isTable ? 'table' : 'circus',
    isColored: isForced || (isTable && !isPlain),
    isLive: isStderrTerminal && term !== 'dumb',
    columns: columns ?? DEFAULT_COLUMNS,
  }
}
