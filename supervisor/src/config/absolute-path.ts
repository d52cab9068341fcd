/** `path` as an absolute one: `.` and `..` are resolved, and a relative path stands under `directory`, which is absolute. */
export function absolutePath(directory: string, path: string): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${directory}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** The directory of a file of the configuration. The main file may have been named relatively, and stands in `configDir`. */
export function directoryOf(file: string, configDir: string): string {
  return file.startsWith('/') ? absolutePath(file, '..') : configDir
}
