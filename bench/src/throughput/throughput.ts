import { cpuSeconds } from '../process-usage.ts'
import { requirePrograms } from '../programs.ts'
import { ratio } from '../report/compare.ts'
import type { Finding, Findings, Series } from '../report/report.ts'
import { measureInRounds } from '../rounds.ts'
import type { Extent, Scenario } from '../scenario.ts'
import { Scope } from '../scope.ts'
import type { ConnectionUse, Generator } from './generator.ts'
import { ownClient } from './own-client.ts'
import type { Subject } from './subject.ts'
import { twoWorkers } from './two-workers.ts'
import { findWrk } from './wrk.ts'

/** Load before each measurement, so that the code is compiled and the connections are there. */
const WARM_UP_SECONDS = 1

const MICROSECONDS = 1_000_000

type SubjectName = keyof typeof twoWorkers

interface Sample {
  readonly requestsPerSecond: number
  /** CPU time of all processes of the subject, per request. Less noisy than the rate where others use the machine. */
  readonly cpuMicroseconds: number
}

type SamplesOf = (name: SubjectName) => readonly Sample[]

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
  const results: Omit<Findings, 'notes'>[] = []
  for (const use of ['keep-alive', 'new connection'] as const) {
    results.push(await measureUse(use, generator, extent, progress))
  }
  return {
    series: results.flatMap(({ series }) => series),
    findings: results.flatMap(({ findings }) => findings),
    notes: [generator.description, 'CPU: user and system time of all processes but the client.'],
  }
}

async function measureUse(
  use: ConnectionUse,
  generator: Generator,
  { rounds, seconds }: Extent,
  progress: (line: string) => void,
): Promise<Omit<Findings, 'notes'>> {
  const names = Object.keys(twoWorkers) as SubjectName[]
  const samples = await measureInRounds(names, rounds, async (name, round) => {
    const sample = await measureOne(twoWorkers[name], use, generator, seconds)
    progress(
      `round ${round + 1}, ${use}, ${name}: ${sample.requestsPerSecond.toFixed()} requests/s`,
    )
    return sample
  })
  const samplesOf: SamplesOf = (name) => samples.get(name) ?? []
  return {
    series: [
      ...names.map((name) => rateSeries(use, name, samplesOf)),
      ...names.map((name) => cpuSeries(use, name, samplesOf)),
    ],
    findings: compare(use, samplesOf),
  }
}

function measureOne(
  subject: Subject,
  use: ConnectionUse,
  generator: Generator,
  seconds: number,
): Promise<Sample> {
  return Scope.run(async (scope) => {
    const { port, pids } = await subject.start(scope)
    const cpu = (): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0)
    await generator.measure(scope, port, use, WARM_UP_SECONDS)
    const before = cpu()
    const answered = await generator.measure(scope, port, use, seconds)
    return {
      requestsPerSecond: answered.requests / answered.seconds,
      cpuMicroseconds: ((cpu() - before) / answered.requests) * MICROSECONDS,
    }
  })
}

function rateSeries(use: ConnectionUse, name: SubjectName, samplesOf: SamplesOf): Series {
  const samples = samplesOf(name).map(({ requestsPerSecond }) => requestsPerSecond)
  return { name: `${use}: ${twoWorkers[name].name}`, unit: 'requests/s', samples }
}

function cpuSeries(use: ConnectionUse, name: SubjectName, samplesOf: SamplesOf): Series {
  const samples = samplesOf(name).map(({ cpuMicroseconds }) => cpuMicroseconds)
  return { name: `${use}: CPU per request: ${twoWorkers[name].name}`, unit: 'µs', samples }
}

function compare(use: ConnectionUse, samplesOf: SamplesOf): readonly Finding[] {
  const rate = (name: SubjectName): Series => rateSeries(use, name, samplesOf)
  const cpu = (name: SubjectName): Series => cpuSeries(use, name, samplesOf)
  // Round robin costs most where each request is a new connection, which the primary must accept and hand over.
  const overCluster = use === 'new connection' ? { atLeast: 1.8 } : null
  return [
    ratio(`${use}: circusd / bare`, rate('circusd'), rate('bare'), { atLeast: 0.98 }),
    ratio(`${use}: runner / bare`, rate('runner'), rate('bare'), null),
    ratio(`${use}: circusd / cluster`, rate('circusd'), rate('cluster'), overCluster),
    ratio(`${use}: CPU per request, circusd / bare`, cpu('circusd'), cpu('bare'), null),
    ratio(`${use}: CPU per request, runner / bare`, cpu('runner'), cpu('bare'), null),
    ratio(`${use}: CPU per request, circusd / cluster`, cpu('circusd'), cpu('cluster'), null),
  ]
}
