import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const kept = ['HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'TZ', 'TMPDIR']

/**
 * The environment of everything measured: a small one, the same for all, whatever the caller's is. NODE_EXTRA_CA_CERTS
 * and NODE_OPTIONS are not in it, since they make each start of Node slower. PATH finds this Node and our programs first.
 * @param directory Of the scenario; the daemons' run-time files go there.
 */
export function measuredEnvironment(directory: string): Readonly<Record<string, string>> {
  const own = kept.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const bins = join(repository, 'node_modules', '.bin')
  return {
    ...Object.fromEntries(own),
    PATH: [dirname(process.execPath), bins, process.env['PATH'] ?? ''].join(':'),
    CIRCUS_RUNTIME_DIR: directory,
  }
}
