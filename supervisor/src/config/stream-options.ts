import type { IniOption } from './ini.ts'
import { streamTable } from './option-table.ts'
import type { StreamOptions } from './options.ts'
import { errorAt } from './problem.ts'
import { readOptions } from './read-options.ts'
import type { Reading } from './reading.ts'

/** The `stdout_stream.*` or `stderr_stream.*` options of a watcher, or null if it has none. */
export function readStream(
  stream: 'stdout_stream' | 'stderr_stream',
  options: ReadonlyMap<string, IniOption>,
  reading: Reading,
): StreamOptions | null {
  const bare = options.get(stream)
  if (bare !== undefined) {
    const message = `${stream}: needs the name of a setting behind it, such as ${stream}.filename`
    reading.report(errorAt(bare, message))
  }
  const prefix = `${stream}.`
  const first = Array.from(options.values()).find(({ name }) => name.startsWith(prefix))
  if (first === undefined) return null
  const settings = readOptions(streamTable, options, reading, prefix)
  const classOption = options.get(`${prefix}class`)
  if (classOption === undefined && settings.filename === null) {
    const message = `${first.name}: is not enough for a stream; add ${prefix}class or ${prefix}filename`
    reading.report(errorAt(first, message))
  }
  return settings
}
