import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { programs } from '../programs.ts'
import type { Scope } from '../scope.ts'
import { until } from '../until.ts'
import { Dialogue } from './dialogue.ts'

export const WATCHERS = 100
export const PROCESSES_PER_WATCHER = 10

/** Longest time in ms until a thousand processes run, on a machine that has other work. */
const START_TIMEOUT_MS = 120_000

/** One of the watchers. */
export const A_WATCHER = 'w42'

/**
 * Starts a circusd with 1,000 `sleep` processes in 100 watchers, and one that it tries to stop, for an hour if need be.
 * @returns Its control endpoint.
 */
export async function startCrowdedCircusd(scope: Scope): Promise<string> {
  const endpoint = `ipc://${join(scope.directory, 'control')}`
  const file = join(scope.directory, 'circus.ini')
  writeFileSync(file, configuration(scope, endpoint))
  const child = scope.spawn(process.execPath, [programs.circusd, file])
  using dialogue = new Dialogue(endpoint)
  const areAllActive = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error('Cannot start circusd: it ended')
    const { statuses } = await dialogue.ask(['status', {}])
    const states = Object.values(statuses as Record<string, string>)
    return states.length === WATCHERS + 1 && states.every((state) => state === 'active')
  }
  await until(areAllActive, 'all watchers are active', START_TIMEOUT_MS)
  await dialogue.ask(['stop', { name: 'stubborn' }])
  await until(() => isStopping(dialogue), 'the stubborn one is being stopped')
  return endpoint
}

/** Whether the long stop is still under way. */
export async function isStopping(dialogue: Dialogue): Promise<boolean> {
  return (await dialogue.ask(['status', { name: 'stubborn' }]))['status'] === 'stopping'
}

function configuration({ directory, mark }: Scope, endpoint: string): string {
  const watchers = Array.from({ length: WATCHERS }, (_, index) => {
    return `[watcher:w${index}]\ncmd = sleep 100000\nnumprocesses = ${PROCESSES_PER_WATCHER}\n`
  })
  return `[circus]
endpoint = ${endpoint}
pubsub_endpoint = ipc://${join(directory, 'events')}

[env]
${mark.name} = ${mark.value}

[watcher:stubborn]
cmd = sh -c 'trap "" TERM; while :; do sleep 100000; done'
graceful_timeout = 3600

${watchers.join('\n')}`
}
