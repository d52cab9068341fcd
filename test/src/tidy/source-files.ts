import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')

export interface SourceFile {
  /** From the root: `supervisor/src/core/job.ts`. */
  readonly path: string
  readonly text: string
  /** What it imports: paths from the root for relative ones, else the specifier. */
  readonly imports: readonly string[]
}

/** All TypeScript sources of one workspace. */
export function sourcesOf(workspace: string): readonly SourceFile[] {
  const directory = join(root, workspace, 'src')
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(join(directory, name)))
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g

function read(file: string): SourceFile {
  const text = readFileSync(file, 'utf8')
  const imports = Array.from(text.matchAll(IMPORT), ([, from, dynamic]) => from ?? dynamic ?? '')
  return {
    path: relative(root, file),
    text,
    imports: imports.map((specifier) =>
      specifier.startsWith('.')
        ? normalize(join(dirname(relative(root, file)), specifier))
        : specifier,
    ),
  }
}
