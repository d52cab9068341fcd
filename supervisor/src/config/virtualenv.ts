import type { Environment } from './environment.ts'

/** Where programs are looked for if the environment does not say. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin'

/**
 * The environment with a Python virtual environment active in it: what its `activate` script does. Circus hands on PYTHONPATH besides,
 * which no Python of a virtual environment needs.
 * @param directory Absolute.
 */
export function withVirtualenv(environment: Environment, directory: string): Environment {
  const { PYTHONHOME: _pythonHome, ...others } = environment
  const path = others['PATH'] || DEFAULT_PATH
  return { ...others, PATH: `${directory}/bin:${path}`, VIRTUAL_ENV: directory }
}

/** A file which every virtual environment has. */
export function pythonOf(directory: string): string {
  return `${directory}/bin/python`
}
