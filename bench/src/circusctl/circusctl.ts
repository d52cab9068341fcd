import { once } from 'node:events'
import { programs, requirePrograms } from '../programs.ts'
import { difference } from '../report/compare.ts'
import type { Findings, Series } from '../report/report.ts'
import { measureInRounds } from '../rounds.ts'
import type { Extent, Scenario } from '../scenario.ts'
import { Scope } from '../scope.ts'
import { Circusd } from '../subjects/circusd.ts'

/** What a command costs whoever types it. */
export const circusctl: Scenario = {
  name: 'circusctl',
  title: 'circusctl list, from the shell',
  full: { rounds: 40, seconds: 1 },
  quick: { rounds: 3, seconds: 1 },
  run,
}

async function run({ rounds }: Extent, progress: (line: string) => void): Promise<Findings> {
  requirePrograms(['runner', 'circusd', 'circusctl'])
  return Scope.run(async (scope) => {
    const circusd = await Circusd.start(scope, { app: programs.exampleApp, workers: 2 })
    const commands = {
      'circusctl list': circusd.controlArguments('list'),
      'node -e 0': ['-e', '0'],
    }
    type Name = keyof typeof commands
    const names = Object.keys(commands) as Name[]
    const samples = await measureInRounds(names, rounds, async (name, round) => {
      const ms = await wallTime(scope, commands[name])
      progress(`round ${round + 1}, ${name}: ${ms.toFixed(1)} ms`)
      return ms
    })
    const seriesOf = (name: Name): Series => {
      return { name, unit: 'ms', samples: samples.get(name) ?? [] }
    }
    const ours = seriesOf('circusctl list')
    const baseline = seriesOf('node -e 0')
    return {
      series: [ours, baseline],
      findings: [difference('circusctl list over node -e 0', ours, baseline, { atMost: 60 })],
      notes: [],
    }
  })
}

/** From spawn to exit of `node ARGS`, in ms. @throws {Error} If it exits with another code than 0. */
async function wallTime(scope: Scope, args: readonly string[]): Promise<number> {
  const startedAt = performance.now()
  const [exitCode] = (await once(scope.spawn(process.execPath, args), 'exit')) as [number | null]
  const ms = performance.now() - startedAt
  if (exitCode !== 0) throw new Error(`Cannot time node ${args.join(' ')}: it gave ${exitCode}`)
  return ms
}
