import { spawnSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { fileURLToPath } from 'node:url'

const BYTES_PER_GIB = 1_073_741_824
const repository = fileURLToPath(new URL('../../..', import.meta.url))

/** Where and with what a run was measured. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGib: number
  readonly system: string
  readonly node: string
  /** Commit of this repository; `+` behind it: with changes. */
  readonly commit: string
  /** One-minute load before the run: above 0.5 somebody else was at work. */
  readonly loadBefore: number
}

export function describeMachine(): Machine {
  const [first] = cpus()
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round((totalmem() / BYTES_PER_GIB) * 10) / 10,
    system: `${type()} ${release()}`,
    node: process.version,
    commit: git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+'),
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  }
}

/** Empty where there is no git or no repository. */
function git(...args: readonly string[]): string {
  return spawnSync('git', ['-C', repository, ...args], { encoding: 'utf8' }).stdout?.trim() ?? ''
}
