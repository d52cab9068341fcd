import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { matchesGlob } from '../config/glob.ts'

/**
 * The files whose absolute path matches a shell pattern, part by part: `*` does not cross a slash, and a leading dot must be
 * written (glob(7)). Sorted, so that the same files come in the same order on every file system.
 */
export function filesMatching(pattern: string): readonly string[] {
  const parts = pattern.split('/').filter((part) => part !== '')
  let paths: readonly string[] = ['/']
  for (const part of parts) paths = paths.flatMap((path) => entriesMatching(path, part))
  return paths.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false)
}

function entriesMatching(directory: string, part: string): readonly string[] {
  if (!/[*?[]/.test(part)) return [join(directory, part)]
  return listDirectory(directory)
    .filter((name) => matchesGlob(part, name) && (part.startsWith('.') || !name.startsWith('.')))
    .toSorted()
    .map((name) => join(directory, name))
}

function listDirectory(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return [] // Not a directory, or not ours to read: nothing in it matches.
  }
}
