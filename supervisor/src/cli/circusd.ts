import { readFileSync } from 'node:fs'
import { takeLauncherLink, type LauncherLink } from '../os/detached-start.ts'
import { parseCircusdArguments, USAGE, type CircusdOptions } from './circusd-arguments.ts'
import { EXIT } from './circusd-exit.ts'
import { launchCircusd } from './circusd-launch.ts'
import { runCircusd } from './circusd-run.ts'
import { setTitle } from './circusd-title.ts'
import { say } from './say.ts'

/**
 * circusd. Returns when everything that was started has ended; with --daemon, when it runs in the background.
 * @param argv Without `node` and the script.
 * @returns the exit code, see `EXIT`
 */
export async function main(argv: readonly string[]): Promise<number> {
  const link = takeLauncherLink(process.env)
  let values: CircusdOptions
  let path: string | undefined
  try {
    const line = parseCircusdArguments(argv)
    values = line.values
    path = line.positionals[0]
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    say(2, `circusd: ${message}\n\n${USAGE}`)
    return EXIT.usage.code
  }
  if (values.help) return print(USAGE)
  if (values.version) return print(`${version()}\n`)
  // As Circus: no file is no mistake, but there is nothing to do.
  if (path === undefined) return print(USAGE)
  if (values.daemon && link === undefined) return launchCircusd()
  return run(argv, path, values, link)
}

function run(
  argv: readonly string[],
  path: string,
  values: CircusdOptions,
  link: LauncherLink | undefined,
): Promise<number> {
  setTitle(argv)
  return runCircusd(path, values, link)
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url)
  const { version: its } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }
  return its
}

function print(text: string): number {
  say(1, text)
  return EXIT.ok.code
}
