import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Files which scenarios run, as absolute paths. */
export const programs = {
  runner: path('../../runner/bin/runner.js'),
  circusd: path('../../supervisor/bin/circusd.js'),
  circusctl: path('../../supervisor/bin/circusctl.js'),
  exampleApp: path('../../examples/http-app/app.js'),
  hello: path('./apps/hello.js'),
  bareServer: path('./apps/bare-server.js'),
  clusterServer: path('./apps/cluster-server.js'),
  echoRouter: path('./apps/echo-router.js'),
  spawnLoop: path('./apps/spawn-loop.js'),
  spawnMany: path('./apps/spawn-many.js'),
} as const

/** @throws {Error} If one of the files is missing, so that a scenario fails before it has measured half of its subjects. */
export function requirePrograms(names: readonly (keyof typeof programs)[]): void {
  const missing = names.map((name) => programs[name]).filter((file) => !existsSync(file))
  if (missing.length > 0) throw new Error(`Cannot measure without ${missing.join(', ')}`)
}

function path(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url))
}
