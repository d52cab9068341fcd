import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { LoadError } from './runner-error.ts'

/** Where the code of an application is. */
export interface AppLocation {
  readonly path: string
  readonly url: string
}

/**
 * Finds the file that `app` names: a `file:` URL; a file or directory below `cwd`, with or without its extension,
 * as `require` would find it; else a package, as seen from `cwd` and not from where the runner is installed.
 * @throws {LoadError} If there is nothing of the kind.
 */
export function locateApp(app: string, cwd: string): AppLocation {
  const path = app.startsWith('file:') ? fileURLToPath(app) : locatePath(app, cwd)
  return { path, url: pathToFileURL(path).href }
}

function locatePath(app: string, cwd: string): string {
  const path = resolve(cwd, app)
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return path
  const require = createRequire(join(cwd, 'noop.js'))
  return (
    resolveWith(require, path) ??
    (looksLikePath(app) ? undefined : resolveWith(require, app)) ??
    missing(app, cwd)
  )
}

function resolveWith(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name)
  } catch {
    return undefined // Not there, or not meant to be used from outside its package: either way not found.
  }
}

function looksLikePath(app: string): boolean {
  return /^\.{0,2}\//.test(app) || /\.[cm]?[jt]s$/.test(app)
}

function missing(app: string, cwd: string): never {
  throw new LoadError(`Cannot load ${app}: there is no such file or package, seen from ${cwd}`)
}
