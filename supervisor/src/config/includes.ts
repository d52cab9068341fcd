import { withDefaults } from './default-section.ts'
import type { Environment } from './environment.ts'
import { environmentVariables, expand } from './expand.ts'
import { readIni, type SourceFile } from './ini.ts'
import type { Place } from './problem.ts'

/** Files that belong to the configuration: a glob (`*`, `?`, `[...]`; no `**`), absolute or relative to circusd's directory. */
export interface Include extends Place {
  readonly glob: string
}

/**
 * The files which `[circus] include` and, after them, `include_dir` of the main file name. Circus leaves the order inside
 * one glob to the file system; the caller should sort, so that "the first value counts" means the same everywhere.
 * What is wrong with the file is told by `parseConfig`.
 */
export function includesOf(
  main: SourceFile,
  context: { readonly environment: Environment; readonly configDir: string },
): Include[] {
  const sections = readIni([main], () => undefined)
  const options = withDefaults('circus', sections.get('circus'), sections.get('DEFAULT'))
  const variables = loadVariables(context.environment, context.configDir)
  const words = (name: string): Include[] => {
    const option = options.get(name)
    if (option === undefined) return []
    const globs = option.value.split(/\s+/).filter((word) => word !== '')
    return globs.map((glob) => ({
      glob: under(context.configDir, expand(glob, variables)),
      file: option.file,
      line: option.line,
    }))
  }
  const directories = words('include_dir')
  return [
    ...words('include'),
    ...directories.map((include) => ({ ...include, glob: `${include.glob}/*.ini` })),
  ]
}

/** What `$(circus.NAME)` may stand for while files are read: `env.NAME` and, ours, `config_dir`. */
export function loadVariables(environment: Environment, configDir: string): Map<string, string> {
  return new Map([...environmentVariables(environment), ['config_dir', configDir]])
}

function under(directory: string, path: string): string {
  return path.startsWith('/') ? path : `${directory.replace(/\/$/, '')}/${path}`
}
