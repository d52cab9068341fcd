import { setTimeout as sleep } from 'node:timers/promises'
import { programs, requirePrograms } from '../programs.ts'
import { difference } from '../report/compare.ts'
import type { Findings, Series, Unit } from '../report/report.ts'
import type { Extent, Scenario } from '../scenario.ts'
import { Scope } from '../scope.ts'
import { Circusd } from '../subjects/circusd.ts'
import { startReadyProcess } from '../subjects/ready-process.ts'
import { cpuSeconds, residentMib } from './process-usage.ts'

/** Time in which a program does what it puts off at its start, in ms: V8 collects garbage once it has been quiet for some seconds. */
const SETTLE_MS = 15_000

/** What circusd takes while nothing happens, beside a node:http server which does nothing. */
export const idle: Scenario = {
  name: 'idle',
  title: 'Idle circusd',
  full: { rounds: 3, seconds: 30 },
  quick: { rounds: 1, seconds: 5 },
  run,
}

interface Usage {
  readonly cpuPercent: number
  readonly rssMib: number
}

async function run(
  { rounds, seconds }: Extent,
  progress: (line: string) => void,
): Promise<Findings> {
  requirePrograms(['runner', 'circusd'])
  const ours: Usage[] = []
  const baseline: Usage[] = []
  for (let round = 1; round <= rounds; round += 1) {
    await Scope.run(async (scope) => {
      const circusd = await Circusd.start(scope, { app: programs.exampleApp, workers: 2 })
      const port = String(scope.freePort())
      const bare = await startReadyProcess(scope, [programs.bareServer, programs.hello, port])
      const [circusdUsage, bareUsage] = await usageOf([circusd.pid, bare.pid], seconds)
      if (circusdUsage !== undefined) ours.push(circusdUsage)
      if (bareUsage !== undefined) baseline.push(bareUsage)
      progress(`round ${round}: ${JSON.stringify({ circusdUsage, bareUsage })}`)
    })
  }
  return summarise(ours, baseline, seconds)
}

/** Measured in one stretch of time, since they do nothing and so do not disturb each other. */
async function usageOf(pids: readonly number[], seconds: number): Promise<readonly Usage[]> {
  await sleep(SETTLE_MS)
  const before = pids.map(cpuSeconds)
  await sleep(seconds * 1_000)
  return pids.map((pid, index) => ({
    cpuPercent: ((cpuSeconds(pid) - (before[index] ?? 0)) / seconds) * 100,
    rssMib: residentMib(pid),
  }))
}

function summarise(ours: readonly Usage[], baseline: readonly Usage[], seconds: number): Findings {
  const series = (name: string, unit: Unit, samples: readonly number[]): Series => {
    return { name, unit, samples }
  }
  const cpu = series(
    `circusd: CPU over ${seconds} s`,
    '%',
    ours.map(({ cpuPercent }) => cpuPercent),
  )
  const bareCpu = series(
    'bare node: CPU',
    '%',
    baseline.map(({ cpuPercent }) => cpuPercent),
  )
  const rss = series(
    'circusd: resident memory',
    'MiB',
    ours.map(({ rssMib }) => rssMib),
  )
  const bareRss = series(
    'bare node: resident memory',
    'MiB',
    baseline.map(({ rssMib }) => rssMib),
  )
  return {
    series: [cpu, bareCpu, rss, bareRss],
    findings: [
      difference('CPU of circusd over bare node', cpu, bareCpu, { atMost: 0.2 }),
      difference('memory of circusd over bare node', rss, bareRss, null),
    ],
    notes: ['circusd watches two workers of the example app.'],
  }
}
