import { requirePrograms } from '../programs.ts'
import { ratio } from '../report/compare.ts'
import type { Finding, Findings, Series } from '../report/report.ts'
import { measureInRounds } from '../rounds.ts'
import type { Extent, Scenario } from '../scenario.ts'
import { Scope } from '../scope.ts'
import type { ConnectionUse, Generator } from './generator.ts'
import { ownClient } from './own-client.ts'
import { twoWorkers } from './two-workers.ts'
import { findWrk } from './wrk.ts'

/** Load before each measurement, so that the code is compiled and the connections are there. */
const WARM_UP_SECONDS = 1

type SubjectName = keyof typeof twoWorkers
type SeriesOf = (name: SubjectName) => Series

/** What supervision costs per request: nothing, as the workers accept for themselves. */
export const throughput: Scenario = {
  name: 'throughput',
  title: 'Throughput of two workers',
  full: { rounds: 9, seconds: 5 },
  quick: { rounds: 1, seconds: 1 },
  run,
}

async function run(extent: Extent, progress: (line: string) => void): Promise<Findings> {
  requirePrograms(['runner', 'circusd'])
  const generator = findWrk() ?? ownClient
  const uses = ['keep-alive', 'new connection'] as const
  const results: { series: readonly Series[]; findings: readonly Finding[] }[] = []
  for (const use of uses) results.push(await measureUse(use, generator, extent, progress))
  return {
    series: results.flatMap(({ series }) => series),
    findings: results.flatMap(({ findings }) => findings),
    notes: [generator.description],
  }
}

async function measureUse(
  use: ConnectionUse,
  generator: Generator,
  { rounds, seconds }: Extent,
  progress: (line: string) => void,
): Promise<{ series: readonly Series[]; findings: readonly Finding[] }> {
  const names = Object.keys(twoWorkers) as SubjectName[]
  const samples = await measureInRounds(names, rounds, async (name, round) => {
    const rate = await Scope.run(async (scope) => {
      const port = await twoWorkers[name].start(scope)
      await generator.measure(scope, port, use, WARM_UP_SECONDS)
      return generator.measure(scope, port, use, seconds)
    })
    progress(`round ${round + 1}, ${use}, ${name}: ${Math.round(rate)} requests/s`)
    return rate
  })
  const seriesOf: SeriesOf = (name) => ({
    name: `${use}: ${twoWorkers[name].name}`,
    unit: 'requests/s',
    samples: samples.get(name) ?? [],
  })
  return { series: names.map(seriesOf), findings: compare(use, seriesOf) }
}

function compare(use: ConnectionUse, seriesOf: SeriesOf): readonly Finding[] {
  const ours = seriesOf('circusd')
  // Round robin costs most where each request is a new connection, which the primary must accept and hand over.
  const overCluster = use === 'new connection' ? { atLeast: 1.8 } : null
  return [
    ratio(`${use}: circusd / bare`, ours, seriesOf('bare'), { atLeast: 0.98 }),
    ratio(`${use}: runner / bare`, seriesOf('runner'), seriesOf('bare'), null),
    ratio(`${use}: circusd / cluster`, ours, seriesOf('cluster'), overCluster),
  ]
}
